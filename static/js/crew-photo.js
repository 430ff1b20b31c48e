/** The after-photo beside the before-photo, as soon as it is taken. */

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} words
 */
export function bindAfterPhoto(root, words) {
  const input = /** @type {HTMLInputElement | null} */ (root.querySelector("[data-after-input]"));
  const label = root.querySelector("[data-after]");
  input?.addEventListener("change", () => {
    label?.querySelector("img")?.remove();
    label?.querySelector(".chip")?.remove();
    const file = input.files?.[0];
    if (file) label?.append(picture(file, words), chip(words.again ?? ""));
  });
}

/**
 * @param {File} file
 * @param {Record<string, string>} words
 */
function picture(file, words) {
  const image = document.createElement("img");
  image.alt = words.photo ?? "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.remove());
  return image;
}

/** @param {string} text */
function chip(text) {
  const element = document.createElement("span");
  element.className = "chip chip--photo";
  element.textContent = text;
  return element;
}
