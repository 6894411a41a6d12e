import type { Room } from '@meridian/sdk-web';
import type { MeetingAction, MeetingState } from '../core/meeting.ts';
import { inviteLink, isLoopbackHost, type PageQuery, type ShowLinkKind, showLink } from '../core/query.ts';
import { copyWhenReady } from './clipboard.ts';
import { codeOf } from './failure.ts';
import { fetchCohostLink, fetchInvitation, type JoinLink, type LinkGrant } from './join-link.ts';
import type { Notices } from './notices.ts';
import type { PageConfig } from './page-config.ts';

export interface InvitePorts {
  room(): Room | undefined;
  state(): MeetingState;
  dispatch(action: MeetingAction): void;
  freshToken(): Promise<string>;
  readonly notices: Notices;
}

export class InviteLink {
  readonly #query: PageQuery;
  readonly #ports: InvitePorts;
  readonly #link: JoinLink | undefined;
  #grant: LinkGrant | undefined;
  #invitation: Promise<string> | undefined;

  constructor(query: PageQuery, link: JoinLink | undefined, ports: InvitePorts) {
    this.#query = query;
    this.#link = link;
    this.#ports = ports;
  }

  /** Remembers the grant of the link by which the user came. */
  setGrant(grant: LinkGrant): void {
    this.#grant = grant;
  }

  reset(): void {
    this.#invitation = undefined;
  }

  /** Shows a link if this page may invite. Without an API the page's own tokens admit only the user of this machine. */
  show(config: PageConfig, room: Room): void {
    const url = this.#grant?.meeting?.url;
    const mayInvite = this.#grant?.canInvite === true || room.localParticipant.permissions.admin;
    if (url !== undefined) this.#ports.dispatch({ type: 'invite', url });
    else if (config.api && mayInvite) this.#ports.dispatch({ type: 'invite' });
    else if (!config.api && config.devToken && this.#query.token === undefined)
      this.#ports.dispatch({ type: 'invite', url: inviteLink(location.href, this.#ports.state().room) });
  }

  /**
   * Shows which links of a show this page can make: its host those of the meeting or, with tokens of the page's server,
   * of the room.
   */
  showShowLinks(config: PageConfig, room: Room): void {
    if (!room.localParticipant.permissions.admin) return;
    const links: ShowLinkKind[] = [];
    if (this.#isOfServer(config) || this.#grant?.meeting !== undefined) links.push('viewer');
    if (this.#isOfServer(config) || this.#link?.ownMeeting !== undefined) links.push('cohost');
    if (links.length > 0) this.#ports.dispatch({ type: 'showLinks', links });
  }

  #isOfServer(config: PageConfig): boolean {
    return config.devToken && this.#query.token === undefined && this.#link === undefined;
  }

  /** Copies a link of the show; a toast reports the result, or why there is no link. */
  async copyShowLink(kind: ShowLinkKind): Promise<void> {
    await this.#copied(this.#showLink(kind));
  }

  async #showLink(kind: ShowLinkKind): Promise<string> {
    const own = this.#link?.ownMeeting;
    if (kind === 'cohost' && own !== undefined) return await fetchCohostLink(own);
    return this.#grant?.meeting?.url ?? showLink(location.href, this.#ports.state().room, kind);
  }

  /** Copies the link, and creates it at the first use in a meeting; a toast reports the result. */
  async copy(): Promise<void> {
    const room = this.#ports.room();
    if (room === undefined) return;
    const { url: known } = this.#ports.state().invite ?? {};
    this.#invitation ??= known === undefined ? this.#ports.freshToken().then(fetchInvitation) : Promise.resolve(known);
    const shown = this.#invitation.then((url) => {
      if (room === this.#ports.room()) this.#ports.dispatch({ type: 'invite', url });
      return url;
    });
    if (!(await this.#copied(shown))) this.#invitation = undefined;
  }

  /** Copies the link; a toast reports the result. Returns false if the link could not be made. */
  async #copied(link: Promise<string>): Promise<boolean> {
    const { notices } = this.#ports;
    const copied = copyWhenReady(link).then(
      () => true,
      () => false,
    );
    try {
      await link;
    } catch (error) {
      notices.showFailure(codeOf(error));
      return false;
    }
    const here = isLoopbackHost(location.hostname) ? { detail: { key: 'toast.copiedLoopback' } as const } : {};
    if (await copied) notices.toast({ tone: 'good', message: { key: 'toast.copied' }, ...here });
    else notices.toast({ tone: 'warning', message: { key: 'toast.copyFailed' } });
    return true;
  }
}
