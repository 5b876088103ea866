// Starts Swagger UI on the page of the API. Its own file, because the page's policy allows no inline script.

const ui = /** @type {HTMLElement} */ (document.querySelector("#swagger-ui"));

window.SwaggerUIBundle({
  domNode: ui,
  url: ui.dataset.openapi,
  deepLinking: false, // its links stand inside buttons, where nobody reaches them by keyboard
  validatorUrl: null, // the badge would send the description to a server on the internet
  layout: "BaseLayout",
  onComplete: levelHeadings,
});

/** Swagger UI goes from its first level of headings to the third and fourth. */
function levelHeadings() {
  for (const heading of ui.querySelectorAll("h3.opblock-tag, section.models > h4"))
    heading.setAttribute("aria-level", "2");
}
