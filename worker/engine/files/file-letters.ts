import type { DeadLetterReason } from '../../domain/dead-letter.ts';
import type { FileProblem } from '../../domain/record.ts';
import type { RefusedUpload } from '../../twenty/target.ts';

const MISSED: Readonly<Record<FileProblem, string>> = {
  FILE_UNNAMED: 'Give the row a path in the source, then extract again.',
  FILE_MISSING: 'It was there when it was extracted. Put it back under its path, then retry.',
  FILE_EMPTY: 'It held bytes when it was extracted. Put that file back, then retry.',
  FILE_OUTSIDE: "Put the file into the folder of the export's files, as it was when extracted, then retry.",
  FILE_UNREADABLE: 'Check the permissions and the disk of the export, then retry.',
  FILE_HASH_WRONG: 'Put back the file that was extracted, then retry.',
  FILE_SIZE_WRONG: 'Put back the file that was extracted, then retry.',
};

/** What is wrong at load with a file that was well at extract. `column` holds its path. */
export function missedFile(column: string, problem: FileProblem): DeadLetterReason {
  return { code: problem, field: column, todo: MISSED[problem] };
}

/** Other bytes than the snapshot's: which of the two is meant, only a person can say. */
export function changedFile(column: string): DeadLetterReason {
  return {
    code: 'FILE_CHANGED',
    field: column,
    todo: 'Put back the file that was extracted and retry, or extract again and make a new migration with the new one.',
  };
}

const REFUSED: Readonly<Record<RefusedUpload['reason'], string>> = {
  'too-large': 'It is larger than the server takes; raise its limit, then retry.',
  empty: 'Nothing is in the file; leave the attachment out.',
  name: 'Twenty takes neither its name nor the same with .bin behind; rename it in the source, then extract again.',
  'content-mismatch':
    'Twenty takes its content neither under its name nor under one that ends in .bin; check the file, then retry.',
  'size-mismatch':
    'Twenty counted other bytes than were announced; check the proxy before Twenty, then retry.',
  expired:
    'Its bytes did not arrive while the address was valid; retry on a faster line, or leave the file out.',
  unclassified: "Twenty gives no reason; look at the server's log and its storage, then retry.",
};

export function refusedFile(column: string, { reason }: RefusedUpload): DeadLetterReason {
  return { code: reason === 'empty' ? 'FILE_EMPTY' : 'FILE_REFUSED', field: column, todo: REFUSED[reason] };
}
