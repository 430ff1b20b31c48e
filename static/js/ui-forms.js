/** Forms with data-once are sent once: the pressed button says it is busy until the page changes. A choice with
 * data-submit-on-change sends its form by itself. */

/** @param {ParentNode} root */
export function bindForms(root) {
  for (const form of root.querySelectorAll("form[data-once]:not([data-bound])")) {
    if (form instanceof HTMLFormElement) bindOnce(form);
  }
  for (const choice of root.querySelectorAll("select[data-submit-on-change]:not([data-bound])")) {
    if (choice instanceof HTMLSelectElement) bindChoice(choice);
  }
}

/** @param {HTMLSelectElement} choice */
function bindChoice(choice) {
  choice.dataset.bound = "";
  choice.addEventListener("change", () => choice.form?.submit());
}

/** @param {HTMLFormElement} form */
function bindOnce(form) {
  form.dataset.bound = "";
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", () => release(form));
}

/** @param {HTMLFormElement} form */
function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
