/** The border desk: the district is chosen without a button. */

document.querySelector("[data-submit-on-change]")?.addEventListener("change", (event) => {
  /** @type {HTMLSelectElement} */ (event.target).form?.submit();
});
