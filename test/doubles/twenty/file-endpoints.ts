import type { Workspace } from './workspace.ts';

/** An answer that is not GraphQL. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

const UPLOAD = /^\/file-upload\/([^/]+)$/;
const DOWNLOAD = /^\/file\/files-field\/([^/]+)$/;

/** True of paths that take or give the bytes of files. */
export function isFilePath(path: string): boolean {
  return UPLOAD.test(path) || DOWNLOAD.test(path);
}

/** `PUT /file-upload/<id>` and `GET /file/files-field/<id>`. The token in the address is all that counts; a key does not. */
export async function answerFile(
  workspace: Workspace,
  method: string,
  url: URL,
  body: Uint8Array,
): Promise<RawAnswer> {
  const { files } = workspace;
  const token = url.searchParams.get('token');
  const upload = UPLOAD.exec(url.pathname)?.[1];
  if (upload !== undefined && method === 'PUT') {
    if (!files.permits(`upload ${upload}`, token)) return failed(403, 'Forbidden resource');
    const { status, message } = await files.receive(upload, body);
    return message === undefined
      ? { status, contentType: '', body: new Uint8Array() }
      : failed(status, message);
  }
  const download = DOWNLOAD.exec(url.pathname)?.[1];
  if (download !== undefined && method === 'GET') {
    if (!files.permits(`download ${download}`, token)) return failed(403, 'Forbidden resource');
    const found = files.read(download);
    if (found === null) return failed(404, 'File not found');
    return { status: 200, contentType: found.mimeType, body: found.bytes };
  }
  return failed(404, `Cannot ${method} ${url.pathname}`);
}

function failed(statusCode: number, message: string): RawAnswer {
  const body = Buffer.from(JSON.stringify({ statusCode, error: 'Error', messages: [message] }));
  return { status: statusCode, contentType: 'application/json; charset=utf-8', body };
}
