/** A cell with the name of a person, and its identity below where that is another word. */
export const personName = ({ name, identity }: { readonly name: string; readonly identity: string }) => (
  <div className="admin-two">
    <span>{name === '' ? identity : name}</span>
    {name === '' || name === identity ? null : <span className="faint small">{identity}</span>}
  </div>
);
