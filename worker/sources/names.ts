/** What two spellings of one column have in common: `First Name`, `first_name` and `FirstName` are `firstname`. */
export function columnKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A name in lower case with one underscore between its words: `Date of Birth` and `dateOfBirth` are `date_of_birth`. */
export function snakeCase(name: string): string {
  const words = name
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .toLowerCase();
  return words.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '');
}
