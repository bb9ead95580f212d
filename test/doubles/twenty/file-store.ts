import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../../worker/domain/clock.ts';
import { ApiError } from './api-error.ts';
import { SNIFFED_BYTES, type Sniffed, sniff } from './file-sniff.ts';
import type { FieldMeta } from './model.ts';

/** A file as the server's own table has it. */
export interface FileRow {
  readonly id: string;
  readonly path: string;
  /** Of the field that it was uploaded for: no other takes it. */
  readonly field: string;
  readonly extension: string;
  readonly size: number;
  readonly createdAt: string;
  mimeType: string;
  status: 'PENDING' | 'UPLOADED';
  /** No record has it yet. */
  temporary: boolean;
  /** A record had it and has another now: the row is in the trash, the blob stays. */
  trashed: boolean;
}

const MAX_BYTES = 1024 * 1024 * 1024;
const UPLOAD_MS = 15 * 60_000;
const DOWNLOAD_MS = 24 * 60 * 60_000;

/** Files of FILES fields: their rows, their blobs in the storage, and the tokens of their addresses (twenty-facts 6). */
export class FileStore {
  readonly rows = new Map<string, FileRow>();
  /** Blobs by path, as the storage folder has them: also what is left of uploads that were never completed. */
  readonly storage = new Map<string, Uint8Array>();
  readonly #clock: Clock;
  readonly #tokens = new Map<string, { readonly use: string; readonly until: number }>();
  readonly #sniffed = new Map<string, Sniffed>();
  /** Of the server, once it listens. */
  baseUrl = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `createFileUpload`. */
  begin(field: FieldMeta, filename: string, size: number): Record<string, unknown> {
    if (!Number.isInteger(size) || size <= 0 || size > MAX_BYTES)
      throw crash(
        `Invalid file size ${size} (max ${MAX_BYTES} bytes)`,
        'The file is empty or exceeds the maximum allowed size.',
      );
    const parts = filename.split('.');
    const extension = parts.length > 1 ? (parts.pop() ?? '') : '';
    if (extension === '' || extension.includes('/'))
      throw crash('Filename must have an extension', 'Access denied.');
    if (!/^[A-Za-z0-9._-]+$/.test(extension))
      throw crash(
        'A path segment contains invalid characters. Only alphanumeric, dots, dashes and underscores are allowed',
        'Access denied.',
      );
    const id = randomUUID();
    this.rows.set(id, {
      id,
      path: `files-field/${field.universalIdentifier}/${id}.${extension}`,
      field: field.universalIdentifier,
      extension,
      size,
      createdAt: new Date(this.#clock.now()).toISOString(),
      mimeType: 'application/octet-stream',
      status: 'PENDING',
      temporary: true,
      trashed: false,
    });
    const token = this.#sign(`upload ${id}`, UPLOAD_MS);
    return {
      fileId: id,
      uploadUrl: `${this.baseUrl}/file-upload/${id}?token=${token}`,
      contentType: 'application/octet-stream',
      expiresAt: new Date(this.#clock.now() + UPLOAD_MS).toISOString(),
    };
  }

  /** The bytes of an upload. Too few are kept, too many are not. */
  async receive(
    id: string,
    bytes: Uint8Array,
  ): Promise<{ readonly status: number; readonly message?: string }> {
    const row = this.rows.get(id);
    if (row === undefined) return { status: 404, message: `File not found: ${id}` };
    if (row.status !== 'PENDING') return { status: 400, message: `File ${id} is not awaiting an upload` };
    this.#sniffed.set(id, await sniff(bytes.subarray(0, SNIFFED_BYTES), row.extension));
    if (bytes.length > row.size) {
      this.storage.delete(row.path);
      return { status: 413, message: `Upload exceeds declared size of ${row.size} bytes` };
    }
    this.storage.set(row.path, bytes);
    if (bytes.length < row.size)
      return { status: 400, message: `Uploaded ${bytes.length} bytes but ${row.size} were declared` };
    return { status: 204 };
  }

  /** `completeFileUpload`: again and again, until a record has the file. */
  complete(id: string): Record<string, unknown> {
    const row = this.rows.get(id);
    if (row === undefined) throw crash(`File not found: ${id}`, 'File not found.');
    if (row.status === 'UPLOADED' && !row.temporary)
      throw crash(
        `File ${id} is not awaiting an upload confirmation`,
        'This file upload has already been finalized.',
      );
    if (row.status === 'PENDING') this.#confirm(row);
    return { id, path: row.path, size: row.size, createdAt: row.createdAt, url: this.addressOf(id) };
  }

  #confirm(row: FileRow): void {
    const blob = this.storage.get(row.path);
    if (blob === undefined)
      throw crash(
        `File ${row.id} has not been uploaded to storage yet`,
        'The file has not been uploaded yet. Please upload it before confirming.',
      );
    if (blob.length !== row.size)
      throw crash(
        `File ${row.id} has ${blob.length} bytes in storage but ${row.size} were declared`,
        'The uploaded file does not match the declared size. Please retry the upload.',
      );
    const sniffed = this.#sniffed.get(row.id);
    if (sniffed === undefined || 'refusal' in sniffed)
      throw crash(
        sniffed?.refusal ?? '',
        "The file extension doesn't match the file content. Please check that your file is not corrupted and has the correct extension.",
      );
    row.mimeType = sniffed.mimeType;
    row.status = 'UPLOADED';
  }

  /** Where a file can be downloaded for a day; another address each time. */
  addressOf(id: string): string {
    return `${this.baseUrl}/file/files-field/${id}?token=${this.#sign(`download ${id}`, DOWNLOAD_MS)}`;
  }

  permits(use: string, token: string | null): boolean {
    const grant = token === null ? undefined : this.#tokens.get(token);
    return grant?.use === use && grant.until > this.#clock.now();
  }

  read(id: string): { readonly bytes: Uint8Array; readonly mimeType: string } | null {
    const row = this.rows.get(id);
    const bytes = row === undefined ? undefined : this.storage.get(row.path);
    if (row === undefined || bytes === undefined || row.status !== 'UPLOADED' || row.trashed) return null;
    return { bytes, mimeType: row.mimeType };
  }

  /** Row and blob. */
  remove(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined || row.trashed) return;
    this.rows.delete(id);
    this.storage.delete(row.path);
    this.#sniffed.delete(id);
  }

  #sign(use: string, ms: number): string {
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(token, { use, until: this.#clock.now() + ms });
    return token;
  }
}

/** Upload errors all carry this code; only their text tells them apart. */
function crash(message: string, userFriendlyMessage: string): ApiError {
  return new ApiError(message, { userFriendlyMessage, code: 'INTERNAL_SERVER_ERROR' });
}
