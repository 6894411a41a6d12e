// A file request by XMLHttpRequest, which reports progress and keeps no second copy of the file.

export interface FileWanted {
  readonly url: string;
  readonly responseType: XMLHttpRequestResponseType;
  /** Position of the first byte, and of the byte after the last. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

export interface TransferListener {
  onHead(): void;
  /** `total` 0: unknown. */
  onProgress(loaded: number, total: number): void;
  /** Called when the response is complete, with any status. */
  onEnd(status: number, body: unknown): void;
  onBroken(): void;
}

export interface Transfer {
  /** Idempotent; no events follow. */
  abort(): void;
}

export type Transport = (wanted: FileWanted, heard: TransferListener) => Transfer;

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
