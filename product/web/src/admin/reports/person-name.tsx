/** A cell with a person's name, and the identity below when it differs. */
export const personName = ({ name, identity }: { readonly name: string; readonly identity: string }) => (
  <div className="admin-two">
    <span>{name === '' ? identity : name}</span>
    {name === '' || name === identity ? null : <span className="faint small">{identity}</span>}
  </div>
);
