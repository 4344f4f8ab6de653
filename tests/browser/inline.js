// How many scripts, styles and handlers stand in the page itself, as the server sends it?
async () => {
  const page = new DOMParser().parseFromString(await (await fetch(location)).text(), "text/html");
  const inline = (element) =>
    (element.localName === "script" && !element.src) || element.localName === "style" ||
    [...element.attributes].some((one) => one.name === "style" || one.name.startsWith("on"));
  return [...page.querySelectorAll("*")].filter(inline).length;
}
