/** What Twenty keeps of a name is its extension; one with other characters would become part of a path. */
const EXTENSION = /\.([A-Za-z0-9]{1,16})$/;

/**
 * The name to announce an upload with. An extension is required and is all that the server uses (twenty-facts 6): the name that people
 * see is the label in the record, so nothing else is sent. Without one that can be used it is `.bin`, which takes any content.
 */
export function uploadNameOf(name: string): string {
  const extension = EXTENSION.exec(name)?.[1]?.toLowerCase() ?? 'bin';
  return `file.${extension}`;
}
