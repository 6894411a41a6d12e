// One request for a file, by XMLHttpRequest: the browser says how far it is, and keeps no second copy of it.

export interface FileWanted {
  readonly url: string;
  readonly responseType: XMLHttpRequestResponseType;
  /** From its first byte to the one before the last named. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

export interface Transported {
  /** The head of the answer is there. */
  onHead(): void;
  /** `total` 0: not known. */
  onProgress(loaded: number, total: number): void;
  /** The answer is whole, whatever its status is. */
  onEnd(status: number, body: unknown): void;
  onBroken(): void;
}

export interface Transfer {
  /** Idempotent; nothing is heard of it afterwards. */
  abort(): void;
}

export type Transport = (wanted: FileWanted, heard: Transported) => Transfer;

export const byXhr: Transport = ({ url, responseType, range }, heard) => {
  const xhr = new XMLHttpRequest();
  xhr.open('GET', url);
  xhr.responseType = responseType;
  if (range !== undefined) xhr.setRequestHeader('Range', `bytes=${range.from}-${range.to - 1}`);
  xhr.onreadystatechange = () => {
    if (xhr.readyState === XMLHttpRequest.HEADERS_RECEIVED) heard.onHead();
  };
  xhr.onprogress = ({ loaded, lengthComputable, total }) => heard.onProgress(loaded, lengthComputable ? total : 0);
  xhr.onload = () => heard.onEnd(xhr.status, xhr.response);
  xhr.onerror = heard.onBroken;
  xhr.send();
  return {
    abort() {
      Object.assign(xhr, { onreadystatechange: null, onprogress: null, onload: null, onerror: null });
      xhr.abort();
    },
  };
};
