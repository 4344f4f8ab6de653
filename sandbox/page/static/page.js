// Keeps the page alive: sends what people do to the sandbox, and shows what changed without losing their place.
"use strict";

const body = document.body;
const me = body.dataset.user;
const zone = body.dataset.zone;
const known = JSON.parse(body.dataset.known);
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const place = () => new URL(location.href).searchParams;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// ——— talking to the sandbox

let statusTimer;
function say(words, bad = false) {
  const line = $("#status");
  line.textContent = words;
  line.classList.toggle("bad", bad);
  line.classList.toggle("shown", words !== "");
  clearTimeout(statusTimer);
  statusTimer = setTimeout(() => line.classList.remove("shown"), bad ? 8000 : 4000);
}

// Tells the sandbox what this person does; null when it could not be done, which has been said then.
async function post(path, content) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: me, ...content }),
    });
  } catch {
    say("The sandbox does not answer. Is it still running?", true);
    return null;
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    say(found.error || `That did not work (${answer.status}).`, true);
    return null;
  }
  return found;
}

// Why the app did not answer, in words.
const failures = {
  dispatch_failed: "The app could not be reached. It is not connected, or just lost its connection.",
  operation_timeout: "The app did not answer within 3 seconds.",
};
function failed(answer) {
  if (answer?.error) say(failures[answer.error] || `The app's answer was refused: ${answer.error}`, true);
  return Boolean(answer?.error);
}

// ——— showing what changed

// What each element looked like when the server sent it: only what the server changed is replaced.
// Views have a hash for that: what a person fills in changes a view too, but is here already.
const sent = new WeakMap();
const sourceOf = (element) => element.dataset.hash || element.outerHTML;
const remember = (root) => {
  for (const part of $$("[data-part]", root)) {
    sent.set(part, part.outerHTML);
    for (const child of part.children) sent.set(child, sourceOf(child));
  }
};

// One fetch at a time; what changes meanwhile makes another follow, and whoever asked waits for that one.
let cycle = null;
let wanted = { again: false, toBottom: false };
function refresh({ toBottom = false } = {}) {
  wanted = { again: true, toBottom: wanted.toBottom || toBottom };
  cycle ||= fetchAndShow().finally(() => { cycle = null; });
  return cycle;
}

async function fetchAndShow() {
  while (wanted.again) {
    const { toBottom } = wanted;
    wanted = { again: false, toBottom: false };
    const address = location.pathname + location.search;
    try {
      const answer = await fetch(address);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (address === location.pathname + location.search) show(fresh, toBottom);
    } catch (problem) {
      // The sandbox is away for a moment; the event stream calls again when it is back.
      if (!(problem instanceof TypeError)) throw problem;
    }
  }
}

function show(fresh, toBottom) {
  document.title = fresh.title;
  for (const selector of ["main", "aside"]) {
    const old = $(selector);
    const next = $(selector, fresh);
    if (old.dataset.frame !== next.dataset.frame) {
      old.replaceWith(document.adoptNode(next));
      enter(next);
    }
  }
  for (const part of $$("[data-part]")) {
    const next = $(`[data-part="${part.dataset.part}"]`, fresh);
    if (next) update(part, next, toBottom);
  }
  tick();
  openModals();
  paneFits();
}

function update(part, next, toBottom) {
  const source = next.outerHTML;
  if (sent.get(part) === source) return;
  const low = toBottom || part.scrollTop === part.followed || part.scrollHeight - part.scrollTop - part.clientHeight < 60;
  const before = part.scrollTop;
  const newcomers = reconcile(part, next);
  sent.set(part, source);
  if (part.dataset.scroll !== undefined && part.dataset.part !== "home") {
    part.scrollTop = low ? part.scrollHeight : before;
    if (low) startOfWhatIsNew(part, newcomers);
    announce(newcomers);
  }
}

// An answer longer than the window is read from its beginning; the stream still follows what comes next.
function startOfWhatIsNew(part, newcomers) {
  const top = newcomers.length ? newcomers[0].offsetTop - part.offsetTop - 8 : Infinity;
  part.scrollTop = Math.min(part.scrollTop, top);
  part.followed = part.scrollTop;
}

// Children with the same data-key and the same source stay the very same elements.
function reconcile(parent, fresh) {
  const held = holdFocus(parent);
  const old = new Map();
  for (const child of parent.children) old.set(keyOf(child), child);
  const newcomers = [];
  let position = parent.firstElementChild;
  for (const next of [...fresh.children]) {
    const key = keyOf(next);
    const source = sourceOf(next);
    const was = old.get(key);
    old.delete(key);
    let child = was;
    if (!was || sent.get(was) !== source) {
      child = was && was.tagName === "DIALOG" ? renewDialog(was, next) : document.adoptNode(next);
      sent.set(child, source);
      if (!was) newcomers.push(child);
      else if (child !== was) {
        carry(was, child);
        if (position === was) position = child;
        was.replaceWith(child);
      }
    }
    if (child === position) position = position.nextElementSibling;
    else parent.insertBefore(child, position);
  }
  for (const gone of old.values()) leave(gone);
  held();
  return newcomers;
}

// A dialog gives the focus back to where it was when it opened.
function leave(gone) {
  if (gone.tagName === "DIALOG") {
    gone.dataset.leaving = "yes";
    gone.close();
  }
  gone.remove();
  if (gone.tagName !== "DIALOG") return;
  const { activeElement } = document;
  const dialog = $$("#modals dialog").pop();
  const next = activeElement === body ? (dialog ? firstField(dialog) : $("#composer-text")) : activeElement;
  activeElement.blur(); // what got the focus while the dialog was still there takes no typing in Chromium
  next?.focus({ preventScroll: true });
}

const keyOf = (element) => element.dataset.key || `${element.tagName}-${[...element.parentNode.children].indexOf(element)}`;

// What a person entered or unfolded in an element survives its being replaced.
function carry(was, now) {
  for (const field of $$("[data-field]", was)) {
    const next = $$("[data-field]", now).find((one) => same(one, field));
    if (!next) continue;
    if ("value" in field && "defaultValue" in field && field.value !== field.defaultValue) next.value = field.value;
    if (field.tagName === "SELECT" && field.dataset.touched) next.value = field.value;
    if (field.dataset.touched) {
      next.dataset.touched = field.dataset.touched;
      const ticked = new Set($$("input:checked", field).map((one) => one.value));
      for (const box of $$("input[type=checkbox], input[type=radio]", next)) box.checked = ticked.has(box.value);
      if (field.matches(".lookup, .attach")) $(".lookup-chosen", next).replaceWith($(".lookup-chosen", field));
    }
  }
  const typed = $$(".lookup input", now);
  $$(".lookup input", was).forEach((input, index) => { if (typed[index]) typed[index].value = input.value; });
  const folds = $$("details", now);
  $$("details", was).forEach((fold, index) => {
    if (folds[index]) folds[index].open = fold.open;
  });
}

const same = (one, other) =>
  one.dataset.field === other.dataset.field && one.dataset.action === other.dataset.action &&
  one.dataset.block === other.dataset.block && one.dataset.value === other.dataset.value;

// Returns a function that puts the focus back where it was, on the element's successor if need be.
function holdFocus(root) {
  const focused = document.activeElement;
  if (!root.contains(focused)) return () => {};
  const key = focused.closest("[data-key]")?.dataset.key;
  const { start, end } = { start: focused.selectionStart, end: focused.selectionEnd };
  return () => {
    if (document.contains(focused)) return;
    const home = $$("[data-key]", root).find((one) => one.dataset.key === key) || root;
    const heir =
      (focused.id && document.getElementById(focused.id)) ||
      $$("[data-field], [data-do]", home).find((one) => same(one, focused) && one.dataset.do === focused.dataset.do && one.dataset.name === focused.dataset.name);
    if (heir) {
      heir.focus({ preventScroll: true });
      if (start !== undefined && start !== null && heir.setSelectionRange) heir.setSelectionRange(start, end);
    } else if (home.matches("article")) {
      home.tabIndex = -1;
      home.focus({ preventScroll: true });
    }
  };
}

function announce(newcomers) {
  const said = newcomers.filter((one) => one.matches("article.message"));
  if (!said.length) return;
  const last = said[said.length - 1];
  if (last.hasAttribute("data-own")) return;
  const words = $(".body", last).textContent.trim().replace(/\s+/g, " ").slice(0, 200);
  $("#news").textContent = `${last.dataset.author}${last.hasAttribute("data-ephemeral") ? ", only visible to you" : ""}: ${words}`;
}

// ——— going places without losing the page

async function go(address, { push = true } = {}) {
  keepDraft();
  if (push) history.pushState(null, "", address);
  await refresh({ toBottom: true });
  if (narrow.matches) pane(place().get("thread") ? "side" : "main");
}

function enter(frame) {
  remember(frame);
  for (const stream of $$(".stream", frame)) stream.scrollTop = stream.dataset.part === "home" ? 0 : stream.scrollHeight;
  restoreDrafts(frame);
  pointAt();
  const box = $(".composer textarea", frame);
  if (box && !narrow.matches && !$("dialog[open]")) box.focus({ preventScroll: true });
  tellWhere(frame);
}

// What an app hears of where somebody is: that its Home or its messages are open, and the channel beside them.
async function tellWhere(frame) {
  if (frame.tagName !== "MAIN") return;
  const beside = `beside ${me}`;
  if (!frame.dataset.app) {
    if (place().get("channel")) sessionStorage.setItem(beside, place().get("channel"));
    return;
  }
  if (frame.dataset.app === "messages" && "agent" in body.dataset && sessionStorage.getItem(beside)) {
    await post("/sandbox/context", { channel: sessionStorage.getItem(beside) });
  }
  await post("/sandbox/home", { tab: frame.dataset.app });
}

function pointAt() {
  const wanted = location.hash.slice(1);
  const message = wanted && (document.getElementById(wanted) || document.getElementById(wanted.replace(/^m-/, "t-")));
  if (!message || !message.matches(".message")) return;
  message.scrollIntoView({ block: "center" });
  message.classList.add("pointed-at");
}

window.addEventListener("popstate", () => go(location.href, { push: false }));

// ——— panes of a narrow window

const noHover = matchMedia("(hover: none)");
const narrow = matchMedia("(max-width: 760px)");
function pane(name) {
  body.dataset.pane = name;
  paneFits();
  if (narrow.matches) ({ nav: $(".sidebar a, .sidebar select"), main: $("#place"), side: $("aside h2") })[name]?.focus();
}
function paneFits() {
  for (const button of $$("[data-do=pane]")) button.setAttribute("aria-expanded", String(body.dataset.pane === button.dataset.paneTo));
}

// ——— writing

const draftKey = (form) => `draft ${me} ${form.dataset.channel} ${form.dataset.threadTs}`;
function keepDraft() {
  for (const form of $$(".composer")) sessionStorage.setItem(draftKey(form), $("textarea", form).value);
}
function restoreDrafts(within) {
  for (const form of $$(".composer", within)) {
    const box = $("textarea", form);
    box.value = sessionStorage.getItem(draftKey(form)) || "";
    grow(box);
  }
}
function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`;
}

async function send(form) {
  const box = $("textarea", form);
  const text = box.value.trim();
  if (!text) return;
  const channel = form.dataset.channel;
  const command = known.commands.find((one) => text === one.command || text.startsWith(one.command + " "));
  if (text.startsWith("/") && !command) {
    const offered = known.commands.map((one) => one.command).join(", ") || "none";
    say(`${text.split(/\s/)[0]} is not a command here. The app's commands: ${offered}.`, true);
    return;
  }
  if (command && form.dataset.threadTs) {
    say(`${command.command} does not work in threads. Use it in the channel.`, true);
    return;
  }
  box.value = "";
  keepDraft();
  grow(box);
  const answer = command
    ? await post("/sandbox/commands", { channel, command: command.command, text: text.slice(command.command.length).trim() })
    : await post("/sandbox/messages", { channel, text, ...(form.dataset.threadTs ? { thread_ts: form.dataset.threadTs } : {}) });
  if (!answer) {
    if (!box.value) box.value = text; // nothing is lost when it could not be sent
    return;
  }
  if (command) acknowledged(command.command, answer);
  await refresh({ toBottom: true });
}

function acknowledged(command, answer) {
  if (!failed(answer)) say(`${command} was acknowledged in ${Math.round(answer.ms)} ms.`);
}

// ——— suggestions: /commands, @people, :pictures:

function suggestionsFor(box) {
  const before = box.value.slice(0, box.selectionStart);
  const command = /^\/\S*$/.exec(before);
  if (command) {
    const word = before.slice(1).toLowerCase();
    return [
      ...known.commands.filter((one) => one.command.startsWith(before) && one.command !== before)
        .map((one) => ({ from: 0, insert: `${one.command} `, title: one.command, detail: one.usage_hint || one.description })),
      ...known.global_shortcuts.filter((one) => one.name.toLowerCase().startsWith(word))
        .map((one) => ({ from: 0, insert: "", title: one.name, detail: one.description, run: () => shortcut(one.callback_id) })),
    ];
  }
  const person = /(^|[\s(])@([\w.-]*)$/.exec(before);
  if (person) {
    const word = person[2].toLowerCase();
    const found = known.people.filter((one) => one.handle.startsWith(word) || one.name.toLowerCase().split(/\s+/).some((part) => part.startsWith(word)));
    if (found.length === 1 && found[0].handle === word) return [];
    return found.slice(0, 8).map((one) => ({ from: before.length - word.length - 1, insert: `@${one.handle} `, title: one.name, detail: `@${one.handle}` }));
  }
  const picture = /(^|\s):([a-z0-9_+]{2,})$/.exec(before);
  if (picture) {
    const word = picture[2];
    return known.emoji.filter(([name]) => name.startsWith(word)).slice(0, 8)
      .map(([name, shown]) => ({ from: before.length - word.length - 1, insert: `:${name}: `, title: `${shown} :${name}:`, detail: "" }));
  }
  return [];
}

function suggest(box) {
  const list = box.form.querySelector(".suggestions");
  const found = suggestionsFor(box);
  list.replaceChildren(...found.map((one, index) => {
    const option = make("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": String(index === 0) },
      make("strong", {}, one.title), " ", make("span", { class: "quiet" }, one.detail || ""));
    option.suggestion = one;
    return option;
  }));
  list.hidden = !found.length;
  box.toggleAttribute("aria-activedescendant", false);
  if (found.length) box.setAttribute("aria-activedescendant", list.firstElementChild.id);
}

function accept(box, option) {
  const { from, insert, run } = option.suggestion;
  const rest = box.value.slice(box.selectionStart);
  box.value = box.value.slice(0, from) + insert + rest;
  box.setSelectionRange(from + insert.length, from + insert.length);
  box.focus();
  suggest(box);
  keepDraft();
  run?.();
}

// Arrow keys in any list of options; true when the key was used.
function moveIn(list, box, event) {
  if (list.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return false;
  const options = $$("[role=option]", list);
  if (!options.length) return false;
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = (now + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
  options.forEach((one, index) => one.setAttribute("aria-selected", String(index === next)));
  options[next].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", options[next].id);
  event.preventDefault();
  return true;
}

const selected = (list) => (list.hidden ? null : $('[aria-selected="true"]', list));

function composerKey(event) {
  const box = event.target;
  const list = box.form.querySelector(".suggestions");
  if (event.isComposing || moveIn(list, box, event)) return;
  const option = selected(list);
  if (option && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
    event.preventDefault();
    accept(box, option);
  } else if (event.key === "Escape" && !list.hidden) {
    list.hidden = true;
    event.preventDefault();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send(box.form);
  }
}

// ——— fields of blocks

// The value of a field in the shape the control API takes: text, a list of values, a number of seconds.
function valueOf(field) {
  const kind = field.dataset.field;
  if (kind === "file_input") return chosenIn(field);
  if (kind.startsWith("multi_") || kind === "checkboxes") {
    return field.matches(".lookup") ? chosenIn(field) : $$("input:checked", field).map((one) => one.value);
  }
  if (kind === "radio_buttons") return $("input:checked", field)?.value ?? null;
  if (field.matches(".lookup")) return chosenIn(field)[0] ?? null;
  if (kind === "datetimepicker") return field.value ? secondsOf(field.value) : null;
  if ("value" in field && field.matches("input, textarea, select")) return field.value || null;
  return field.dataset.value || null;
}

const chosenIn = (field) => $$(".chip", field).map((chip) => chip.dataset.value);

function valuesOf(view) {
  const values = {};
  for (const field of $$("[data-field]", view)) {
    if (["button", "overflow"].includes(field.dataset.field) || !field.dataset.block) continue;
    (values[field.dataset.block] ||= {})[field.dataset.action] = valueOf(field);
  }
  return values;
}

// Wall-clock time in the person's zone to seconds since 1970.
function secondsOf(local) {
  const wanted = Date.parse(`${local}:00Z`);
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) guess += wanted - Date.parse(`${localTime(guess)}Z`);
  return Math.round(guess / 1000);
}
function localTime(milliseconds) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(milliseconds);
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}`;
}

function whereIs(field) {
  const view = field.closest("[data-view]");
  if (view) return { view_id: view.dataset.view };
  return { channel: place().get("channel"), ts: field.closest("[data-ts]").dataset.ts };
}

async function act(field) {
  if (field.dataset.confirm && !(await agreed(JSON.parse(field.dataset.confirm)))) return;
  const where = whereIs(field);
  const answered = post("/sandbox/actions", {
    ...where,
    action_id: field.dataset.action,
    ...(field.dataset.block ? { block_id: field.dataset.block } : {}),
    value: valueOf(field),
  });
  field.setAttribute("aria-busy", "true");
  const answer = await answered;
  field.removeAttribute("aria-busy");
  failed(answer);
  await refresh();
}

function agreed(asked) {
  const dialog = $("#confirm");
  $("#confirm-title").textContent = asked.title || "Are you sure?";
  $("#confirm-text").textContent = asked.text;
  $("#confirm-yes").textContent = asked.confirm || "Yes";
  $("#confirm-yes").className = `button ${asked.style === "danger" ? "danger" : "primary"}`;
  $("#confirm-no").textContent = asked.deny || "Cancel";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

// ——— menus whose options the app supplies while one types

let lookupTurn = 0;
async function lookUp(input) {
  const field = input.closest(".lookup");
  const list = $(".lookup-list", field);
  const turn = ++lookupTurn;
  if (input.value.length < Number(field.dataset.least)) {
    closeLookup(field);
    return;
  }
  const answer = await post("/sandbox/options", {
    ...whereIs(field), action_id: field.dataset.action, block_id: field.dataset.block, value: input.value,
  });
  if (turn !== lookupTurn || !answer) return;
  const options = answer;
  list.replaceChildren(...options.map((one, index) =>
    make("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": String(index === 0), "data-value": one.value, "data-words": one.text.text },
      one.text.text, ...(one.description ? [" ", make("span", { class: "quiet" }, one.description.text)] : []))));
  if (!options.length) list.replaceChildren(make("li", { class: "quiet" }, "No matches"));
  list.hidden = false;
  list.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-expanded", "true");
  if (options.length) input.setAttribute("aria-activedescendant", list.firstElementChild.id);
}

function closeLookup(field) {
  $(".lookup-list", field).hidden = true;
  const input = $("input", field);
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(option) {
  const field = option.closest(".lookup");
  const chosen = $(".lookup-chosen", field);
  if (!("several" in field.dataset)) chosen.replaceChildren();
  if (!chosenIn(field).includes(option.dataset.value)) {
    const words = option.dataset.words;
    chosen.append(chip(option.dataset.value, words, "drop-choice"));
  }
  $("input", field).value = "";
  closeLookup(field);
  changed(field);
}

// Files go to the sandbox as they are chosen; the form carries their ids.
async function attach(input) {
  const field = input.closest(".attach");
  const most = Number(field.dataset.most);
  for (const file of input.files) {
    if (chosenIn(field).length >= most) {
      say(`At most ${most} files can be attached here.`, true);
      break;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    const info = await post("/sandbox/files", { name: file.name, content_base64: btoa(text) });
    if (info) $(".lookup-chosen", field).append(chip(info.id, info.name, "drop-file"));
  }
  input.value = "";
  changed(field);
}

const chip = (value, words, drop) =>
  make("span", { class: "chip", "data-value": value }, make("span", {}, words),
    make("button", { type: "button", "data-do": drop, "aria-label": `Remove ${words}` }, "×"));

function lookupKey(event) {
  const field = event.target.closest(".lookup");
  const list = $(".lookup-list", field);
  if (moveIn(list, event.target, event)) return;
  if (event.key === "ArrowDown" && list.hidden) {
    event.preventDefault();
    lookUp(event.target);
  } else if (event.key === "Enter" && selected(list)) {
    event.preventDefault();
    choose(selected(list));
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    closeLookup(field);
  }
}

function changed(field) {
  field.dataset.touched = "yes";
  field.closest(".has-error")?.classList.remove("has-error");
  if ("act" in field.dataset) act(field);
  else if (field.closest("[data-view]")) remembered(field);
}

// What is filled in is noted by the sandbox, so that the app finds it in the view when it hears of an action.
const remembered = (field) => post("/sandbox/actions", { ...whereIs(field), action_id: field.dataset.action, block_id: field.dataset.block, value: valueOf(field) });

// ——— modals

let opening = false; // the focus moves by itself: nobody has asked yet what a select offers
function openModals() {
  for (const dialog of $$("#modals dialog")) {
    if (dialog.open) continue;
    opening = true;
    dialog.showModal();
    firstField(dialog)?.focus();
    opening = false;
  }
}

const firstField = (dialog) =>
  $("[data-focus]", dialog) ||
  $(".modal-body :is(input, textarea, select, summary, button)", dialog) ||
  $(".modal-foot button:last-child", dialog);

function renewDialog(was, next) {
  const form = document.adoptNode($("form", next));
  carry($("form", was), form);
  $("form", was).replaceWith(form);
  return was;
}

async function submit(dialog) {
  if (!filledIn(dialog)) return;
  const button = $("button[type=submit]", dialog);
  button.disabled = true;
  const answer = await post("/sandbox/views/submit", { view_id: dialog.dataset.view, values: valuesOf(dialog) });
  button.disabled = false;
  failed(answer);
  if (answer?.errors) tellErrors(dialog, answer.errors);
  await refresh({ toBottom: true });
}

// What Slack itself checks before it asks the app: nothing required is empty, nothing is too short.
function filledIn(dialog) {
  const errors = {};
  for (const input of $$("[data-input]", dialog)) {
    const field = $("[data-field]", input);
    const value = field && valueOf(field);
    const empty = !value || (Array.isArray(value) && !value.length);
    if (empty && !("optional" in input.dataset)) errors[input.dataset.input] = "Please complete this required field.";
    else if (!empty && field.dataset.shortest && value.length < Number(field.dataset.shortest)) errors[input.dataset.input] = `Please write at least ${field.dataset.shortest} characters.`;
    else if (!empty && field.validity && !field.validity.valid) errors[input.dataset.input] = field.validationMessage;
  }
  return tellErrors(dialog, errors);
}

// Puts each error under its field; true when there is none.
function tellErrors(dialog, errors) {
  let first = null;
  for (const input of $$("[data-input]", dialog)) {
    const message = errors[input.dataset.input] || "";
    $(".error", input).textContent = message;
    input.classList.toggle("has-error", message !== "");
    const control = $("input, textarea, select, summary", input);
    control?.toggleAttribute("aria-invalid", message !== "");
    if (message && !first) first = control;
  }
  first?.focus({ preventScroll: true });
  first?.closest("[data-input]").scrollIntoView({ block: "nearest" }); // with the words below it
  return !first;
}

async function closeView(dialog, all) {
  await post("/sandbox/views/close", { view_id: dialog.dataset.view, all });
  await refresh();
}

// ——— what one can do with a message

function menu(button, title, entries) {
  const popover = $("#menu");
  popover.replaceChildren(make("p", { class: "quiet" }, title), ...entries);
  popover.classList.toggle("grid", entries.length > 0 && entries.every((one) => one.matches(".emoji-choice")));
  popover.showPopover();
  const box = button.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  popover.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
  popover.style.top = `${box.bottom + height + 8 < innerHeight ? box.bottom + 4 : Math.max(8, box.top - height - 4)}px`;
  popover.opener = button;
  $("button", popover)?.focus();
}

function choice(words, act, more = {}) {
  const button = make("button", { type: "button", ...more }, words);
  button.addEventListener("click", async () => {
    const { opener } = $("#menu");
    $("#menu").hidePopover();
    opener?.focus();
    await act();
  });
  return button;
}

function emojiMenu(button) {
  const message = button.closest("article");
  menu(button, "React with", known.offered.map(([name, shown]) =>
    choice(shown, () => react(message, name, true), { class: "emoji-choice", "aria-label": name.replaceAll("_", " "), title: `:${name}:` })));
}

function messageMenu(button) {
  const message = button.closest("article");
  const entries = [choice("Copy link", () => copyLink(message))];
  if (noHover.matches) {
    entries.push(choice("React", () => emojiMenu(button)));
    if (message.closest("main")) entries.push(choice("Reply in a thread", () => go(message.dataset.thread)));
  }
  if (message.hasAttribute("data-own")) {
    entries.push(choice("Edit message", () => edit(message)), choice("Delete message", () => remove(message), { class: "danger-text" }));
  }
  for (const one of known.shortcuts) entries.push(choice(one.name, () => shortcut(one.callback_id, here(message)), { title: one.description }));
  menu(button, message.dataset.author, entries);
}

const here = (message) => ({ channel: place().get("channel"), ts: message.dataset.ts });

async function react(message, name, add) {
  await post("/sandbox/reactions", { ...here(message), name, remove: !add });
  await refresh();
}

async function copyLink(message) {
  const ts = message.dataset.ts.replace(".", "");
  const link = `${location.origin}/archives/${place().get("channel")}/p${ts}`;
  try {
    await navigator.clipboard.writeText(link);
    say("The link was copied.");
  } catch {
    say(link);
  }
}

function edit(message) {
  const content = $(".body", message);
  const box = make("textarea", { "aria-label": "Edit your message", rows: "2" });
  box.value = asTyped(message.dataset.text);
  const form = make("form", { class: "editing" }, box,
    make("p", {}, make("button", { class: "button small primary" }, "Save"), " ", make("button", { class: "button small", type: "button", "data-do": "stop-editing" }, "Cancel")));
  content.hidden = true;
  content.after(form);
  grow(box);
  box.focus();
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stopEditing(form);
    else if (event.key === "Enter" && !event.shiftKey && event.target === box) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (text && !(await post("/sandbox/messages/edit", { ...here(message), text }))) return;
    stopEditing(form);
    await refresh();
  });
}

function stopEditing(form) {
  const message = form.closest("article");
  $(".body", message).hidden = false;
  form.remove();
  $("[data-do=message-menu]", message)?.focus();
}

// A stored text as somebody would type it: names instead of ids, nothing escaped.
function asTyped(text) {
  return text
    .replace(/<@(\w+)(?:\|[^>]*)?>/g, (whole, id) => { const found = known.people.find((one) => one.id === id); return found ? `@${found.handle}` : whole; })
    .replace(/<#\w+\|([^>]+)>/g, "#$1")
    .replace(/<!(here|channel|everyone)[^>]*>/g, "@$1")
    .replace(/<(https?:\/\/[^>|]+)>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

async function remove(message) {
  if (!(await agreed({ title: "Delete this message?", text: "It cannot be brought back.", confirm: "Delete", style: "danger" }))) return;
  await post("/sandbox/messages/delete", here(message));
  await refresh();
}

async function shortcut(callback, where = {}) {
  failed(await post("/sandbox/shortcuts", { callback_id: callback, ...where }));
  await refresh();
}

// ——— the clock

let clockAt = 0;
let clockSeen = 0;
function tick() {
  const shown = $("#now");
  if (shown.dataset.now !== shown.dataset.counted) {
    clockAt = Number(shown.dataset.now);
    clockSeen = performance.now();
    shown.dataset.counted = shown.dataset.now;
  }
  const now = clockAt + performance.now() - clockSeen;
  const words = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(now).replace(/,? (\d)/, " $1").replace(",", "");
  const text = `${words}, ${localTime(now).slice(11, 16)}`;
  if (shown.textContent !== text) shown.textContent = text;
}

async function moveClock(button) {
  const change = button.dataset.advance ? { advance: Number(button.dataset.advance) } : { now: tomorrowAt(button.dataset.until) };
  const buttons = $$("[data-do=clock]");
  for (const one of buttons) one.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
  say("Moving the clock…");
  const answer = await post("/sandbox/clock", change);
  for (const one of $$("[data-do=clock]")) one.removeAttribute("aria-disabled");
  button.removeAttribute("aria-busy");
  await refresh({ toBottom: true });
  if (answer) say(`It is now ${$("#now").textContent}.`);
}

function tomorrowAt(time) {
  const now = clockAt + performance.now() - clockSeen;
  const day = new Date(Date.parse(`${localTime(now).slice(0, 10)}T00:00:00Z`) + 86400000).toISOString().slice(0, 10);
  return new Date(secondsOf(`${day}T${time}`) * 1000).toISOString();
}

// ——— what people press, type and change

const doing = {
  pane: (button) => pane(body.dataset.pane === button.dataset.paneTo ? "main" : button.dataset.paneTo),
  clock: (button) => { if (button.getAttribute("aria-disabled") !== "true") moveClock(button); },
  "remove-app": () => post("/sandbox/uninstall", {}),
  prompt: (button) => {
    const box = $(".composer textarea", button.closest("main, aside"));
    box.value = button.dataset.text;
    send(box.closest("form"));
  },
  hint: (button) => useHint(button.dataset.text, button.dataset.as),
  react: (button) => react(button.closest("article"), button.dataset.name, button.getAttribute("aria-pressed") !== "true"),
  "emoji-menu": emojiMenu,
  "message-menu": messageMenu,
  "stop-editing": (button) => stopEditing(button.closest("form")),
  "close-view": (button) => closeView(button.closest("dialog"), false),
  "close-all": (button) => closeView(button.closest("dialog"), true),
  "drop-choice": (button) => { const field = button.closest(".lookup"); button.closest(".chip").remove(); changed(field); $("input", field).focus(); },
  "drop-file": (button) => { const field = button.closest(".attach"); button.closest(".chip").remove(); changed(field); $("input", field).focus(); },
  "show-rows": (button) => { for (const row of $$("tr[hidden]", button.closest(".data-table"))) row.hidden = false; button.remove(); },
};

function useHint(text, user) {
  const box = $("#composer-text");
  if (!box || (user && user !== me)) {
    // Become that person, in a channel, and find the words in the box there.
    const channel = (box && place().get("channel")) || new URL($(".sidebar a").href).searchParams.get("channel");
    sessionStorage.setItem(`draft ${user || me} ${channel} `, text);
    location.assign(`/?as=${encodeURIComponent(user || me)}&channel=${encodeURIComponent(channel)}`);
    return;
  }
  pane("main");
  box.value = text;
  grow(box);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go], a.mention, .body a[href^='/?']");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(link.href);
    return;
  }
  const button = event.target.closest("[data-do]");
  if (button && doing[button.dataset.do]) {
    doing[button.dataset.do](button);
    return;
  }
  const pressed = event.target.closest("button[data-act], a[data-act]");
  if (pressed) {
    pressed.closest("details.menu")?.removeAttribute("open");
    act(pressed);
    return;
  }
  const option = event.target.closest(".lookup-list [role=option]");
  if (option) choose(option);
  const suggestion = event.target.closest(".suggestions [role=option]");
  if (suggestion) accept($("textarea", suggestion.closest("form")), suggestion);
  for (const open of $$("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches(".composer textarea")) composerKey(event);
  else if (event.target.matches(".lookup input")) lookupKey(event);
  else if (event.key === "Enter" && event.target.matches("input[data-act]")) {
    event.preventDefault();
    if ((event.target.dataset.trigger || "on_enter_pressed").includes("on_enter_pressed")) changed(event.target);
  } else if (event.key === "Escape") {
    const open = event.target.closest("details.menu[open]");
    if (open) {
      open.open = false;
      $("summary", open).focus();
    } else if (narrow.matches && body.dataset.pane !== "main" && !$("dialog[open]")) pane("main");
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches(".composer textarea")) {
    grow(event.target);
    suggest(event.target);
    keepDraft();
  } else if (event.target.matches(".lookup input")) lookUp(event.target);
  else if (event.target.dataset.trigger?.includes("on_character_entered")) later(event.target, () => changed(event.target));
});

const timers = new WeakMap();
function later(field, action) {
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(action, 500));
}

document.addEventListener("change", (event) => {
  if (event.target.id === "as") {
    event.target.form.requestSubmit();
    return;
  }
  if (event.target.matches(".attach input")) {
    attach(event.target);
    return;
  }
  const field = event.target.closest("[data-field]");
  if (!field || field.matches(".lookup")) return;
  field.dataset.touched = "yes";
  if (field.matches(".several")) chooseSeveral(field, event.target);
  else if (field.matches("[type=date], [type=time], [type=datetime-local]")) later(field, () => changed(field));
  else if (field.matches("select") || !field.matches("input, textarea")) changed(field);
  else if (!("act" in field.dataset) && field.closest("[data-view]")) remembered(field);
});

function chooseSeveral(field, box) {
  const ticked = $$("input:checked", field);
  if (field.dataset.most && ticked.length > Number(field.dataset.most)) {
    box.checked = false;
    say(`At most ${field.dataset.most} can be chosen here.`, true);
  }
  const words = $$("input:checked", field).map((one) => one.parentElement.textContent.trim());
  $("[data-chosen]", field).textContent = words.join(", ") || "Choose…";
  later(field, () => changed(field));
}

document.addEventListener("submit", (event) => {
  if (event.target.matches(".composer")) {
    event.preventDefault();
    send(event.target);
  } else if (event.target.matches("#modals form")) {
    event.preventDefault();
    submit(event.target.closest("dialog"));
  }
});

document.addEventListener("cancel", (event) => {
  if (event.target.matches("#modals dialog")) {
    event.preventDefault();
    closeView(event.target, false);
  }
}, true);

// Some browsers let a second Escape close a dialog without asking.
document.addEventListener("close", (event) => {
  if (event.target.matches("#modals dialog") && !event.target.dataset.leaving) closeView(event.target, false);
}, true);

// A select that needs nothing typed offers what it has as soon as one is in it.
document.addEventListener("focusin", (event) => {
  const field = event.target.matches(".lookup input") && event.target.closest(".lookup");
  if (field && !opening && field.dataset.least === "0" && !field.contains(event.relatedTarget)) lookUp(event.target);
});

document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.(".lookup");
  if (field && !field.contains(event.relatedTarget)) setTimeout(() => closeLookup(field), 150);
});

// ——— hearing of changes

function listen() {
  const stream = new EventSource(`/page/events?as=${encodeURIComponent(me)}`);
  stream.addEventListener("changed", () => refresh());
  stream.addEventListener("open", () => { body.dataset.live = "yes"; refresh(); });
  stream.addEventListener("error", () => { body.dataset.live = "no"; });
}

remember(document);
paneFits();
for (const frame of $$("main, aside")) enter(frame);
openModals();
tick();
setInterval(tick, 1000);
listen();
