// Library files at an edge: cached by content, name and slice, for viewers whose tokens count now
// (docs/adr/0037-library-delivery.md).
import { LIBRARY_SLICE_BYTES } from '@meridian/node-shell';
import { libraryFilePatterns } from '@meridian/protocol';
import { type EdgeFile, originUpstreams, proxyPassLines, upstream } from './parts.ts';

const SLICE = `${LIBRARY_SLICE_BYTES / 1_048_576}m`;
/** Retention in addition to the size limit: an unused file is not worth its disk after a month. */
const UNUSED_KEPT = '30d';
/** Retention of covers and playlists, which may be replaced. */
const CHANGING_KEPT = '60s';
/** Retention of a missing file, since renditions appear one after the other. */
const MISSING_KEPT = '2s';
/** A longer token would make the URL exceed nginx's limit. */
const TOKEN_MAX = 4096;

/** `/library/edge/ORIGIN/CONTENT/TOKEN`, as `libraryEdgePath` of the node shell makes it. */
const FOLDER = [
  '(?<meridian_origin>[A-Za-z0-9._-]{1,128})',
  '(?<meridian_content>up_[a-z0-9_-]{1,61})',
  `(?<meridian_token>[A-Za-z0-9._-]{1,${TOKEN_MAX}})`,
].join('/');

/** Returns `''` without library nodes, like all functions here. */
export const libraryCache = ({ folder, libraries, libraryGigabytes }: EdgeFile): string =>
  libraries.length === 0
    ? ''
    : `proxy_cache_path ${folder}-library levels=1:2 keys_zone=meridian_library:64m inactive=${UNUSED_KEPT} max_size=${libraryGigabytes}g use_temp_path=off;`;

export function libraryUpstreams({ libraries, regionals }: EdgeFile): string[] {
  if (libraries.length === 0) return [];
  const upstreams = originUpstreams('library', libraries);
  if (regionals === undefined) return upstreams;
  const servers = regionals.addresses.map((one) => `server ${one};`).join(' ');
  return [...upstreams, upstream('meridian_library_regionals', `hash $meridian_content consistent; ${servers}`)];
}

export function libraryLocations(o: EdgeFile, proof: string): string {
  if (o.libraries.length === 0) return '';
  return `
  # Files of the library that never change, in slices: a range costs no more than those that it touches.
  location ~ "^/library/edge/${FOLDER}/(?<meridian_file>${libraryFilePatterns.fixed})\\z" {
${checks}
    slice ${SLICE};
    proxy_set_header Range $slice_range;
    proxy_cache_key '$meridian_content $meridian_file $slice_range';
    proxy_cache_valid 200 206 ${UNUSED_KEPT};
${fetches(o, proof)}
  }

  # Those that may: covers and playlists. Clients ask for them each time.
  location ~ "^/library/edge/${FOLDER}/(?<meridian_file>${libraryFilePatterns.changing})\\z" {
${checks}
    proxy_hide_header Cache-Control;
    add_header Cache-Control 'private, no-cache' always;
    proxy_cache_key '$meridian_content $meridian_file';
    proxy_cache_valid 200 ${CHANGING_KEPT};
    proxy_cache_revalidate on;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    proxy_cache_background_update on;
${fetches(o, proof)}
  }

  # Whether the token of a link opens the content now. Viewers of edges below are theirs to ask about.
  location = /meridian-library-viewer {
    internal;
    if ($meridian_is_edge) { return 204; }
    proxy_cache meridian_viewers;
    proxy_cache_key 'library $meridian_origin $meridian_content $meridian_token';
    proxy_cache_lock off;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    proxy_cache_background_update on;
    proxy_read_timeout 5s;
    proxy_pass_request_body off;
${proxyPassLines(proof, '$meridian_library/library/contents/$meridian_token/viewer?content=$meridian_content', library)}
  }
`;
}

const library = { host: '$meridian_library_host', name: '$meridian_library_name' };

/**
 * An unknown origin gets 404, like a missing file. Some browsers ask for ranges by a preflight. Downloads are left to
 * the node, since the file's name depends on the link.
 */
const checks = `    if ($meridian_library = '') { return 404; }
    if ($request_method = OPTIONS) {
      add_header Access-Control-Allow-Origin $meridian_cors;
      add_header Access-Control-Allow-Methods 'GET, HEAD';
      add_header Access-Control-Allow-Headers 'Range, If-Range, If-None-Match';
      add_header Access-Control-Max-Age 86400;
      return 204;
    }
    if ($request_method !~ ^(GET|HEAD)$) { return 405; }
    auth_request /meridian-library-viewer;
    add_header Access-Control-Allow-Origin $meridian_cors always;
    add_header Access-Control-Expose-Headers 'accept-ranges, content-length, content-range, etag' always;
    proxy_hide_header Access-Control-Expose-Headers;
    proxy_hide_header Access-Control-Allow-Origin;
    proxy_hide_header Content-Disposition;
    proxy_hide_header Vary;
    proxy_ignore_headers Cache-Control Expires X-Accel-Expires Vary Set-Cookie;
    proxy_cache meridian_library;
    proxy_cache_valid 404 ${MISSING_KEPT};`;

function fetches({ regionals }: EdgeFile, proof: string): string {
  if (regionals === undefined)
    return proxyPassLines(proof, '$meridian_library/library/contents/$meridian_token/$meridian_file', library);
  const { name } = regionals;
  const path = '/library/edge/$meridian_origin/$meridian_content/$meridian_token/$meridian_file';
  const scheme = name === undefined ? 'http' : 'https';
  return proxyPassLines(proof, `${scheme}://meridian_library_regionals${path}`, {
    host: name ?? '$host',
    name: name ?? '$host',
  });
}
