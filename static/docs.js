// Starts Swagger UI on the page of the API. Its own file, because the page's policy allows no inline script.

const ui = document.querySelector("#swagger-ui");

window.SwaggerUIBundle({
  domNode: ui,
  url: ui.dataset.openapi,
  deepLinking: true,
  validatorUrl: null, // the badge would send the description to a server on the internet
  layout: "BaseLayout",
});
