// Which texts do not stand out enough from their ground (WCAG AA)?
() => {
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([red, green, blue]) => {
    const part = (value) => ((value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== "none") return null;
      const colour = numbers(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const shown = (element) => {
    const style = getComputedStyle(element);
    return element.getBoundingClientRect().width && style.visibility !== "hidden" && style.clipPath === "none" &&
      !element.closest("[hidden], option, noscript, .status, .skip, [aria-disabled=true]");
  };
  const says = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (!says(element) || !shown(element)) continue;
    const behind = ground(element);
    if (!behind) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(numbers(style.color)), luminance(behind)].sort((one, other) => other - one);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}
