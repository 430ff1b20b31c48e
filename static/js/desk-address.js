/** The addresses of the parts that the desk fetches. */

/**
 * The address with another part of the same view, from the row on that the cursor `after` names.
 * @param {string} path
 * @param {string} after
 * @param {string} part
 */
export function withPart(path, after, part) {
  const [address = "", query = ""] = path.split("?");
  const asked = new URLSearchParams(query);
  asked.set("part", part);
  if (after) asked.set("after", after);
  else asked.delete("after");
  return `${address}?${asked}`;
}
