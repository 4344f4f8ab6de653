// Which controls and pictures have no name for those who cannot see them?
() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary, img")]
  .filter((one) => one.type !== "hidden")
  .filter((one) => !(one.getAttribute("aria-label") || one.alt || one.textContent.trim() || one.labels?.length))
  .map((one) => one.outerHTML.slice(0, 120))
