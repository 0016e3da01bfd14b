// The form, one question at a time. Without this script the page is one long form that works just as well;
// with it the page sends the same fields to the same address. Nothing else is ever sent anywhere.
// WORDS (what the page says) stands before this text; phone.py puts the two together.

const form = document.getElementById("answers");
const main = document.querySelector("main");
const cards = [...form.querySelectorAll("fieldset")];
const radios = [...form.querySelectorAll("input[type=radio]")];
const front = [...form.querySelectorAll("select")]; // about whoever answers; shown below the review
const language = document.documentElement.lang;
const kiosk = "kiosk" in document.body.dataset;
const canonical = new URL(form.action);
const right = form.elements.access_code; // where a slip is needed to answer
const watched = "watched" in form.dataset; // a public link of the EIT: its cookie goes along
const second = Number(window.secondLength) || 1000; // tests shorten it

const DRAFT = `ita ${canonical.pathname.split("/")[2]} ${form.elements.paper.value.slice(0, 16)}`;
const COMFORT = "ita comfort";
const DEFINITIVE = [403, 404, 409, 410, 413, 422]; // the server says: not kept
const LONGEST_WAIT = 300;
const MOST_LINES = 7; // of unanswered questions; more are told as numbers (the server does alike)

const panel = make("div", { id: "panel" });
const bar = make("div", { className: "bar" });
const tools = make("div", { className: "tools" });
const status = make("p", { className: "state" });
const slipFault = make("p", { className: "fault", id: "fault-code" }); // what is wrong with the code of the slip

let store = openStore();
let shared = false;
let screen = "start";
let place = 0; // the card that is shown
let mending = false; // came from the review to change one answer
let problems = [];
let refusal = [];
let codeShown = false; // the field for the code of the slip
let sealed = null; // {id, body}: on its way, and not to be changed any more
let received = false;
let serial = ""; // of the receipt: shown with the thanks, kept nowhere
let inFlight = false;
let tries = 0;
let notBefore = 0;
let retryTimer, advanceTimer, idleTimer;
let comfort = readComfort();

// --- small things ---

function make(tag, traits = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), traits);
  element.append(...inside);
  return element;
}

function button(words, act, className = "") {
  return make("button", { type: "button", className, onclick: () => act() }, words);
}

function paragraph(words, className = "") {
  return make("p", { className }, words);
}

function heading(words) {
  return make("h2", { tabIndex: -1 }, words);
}

function say(name, facts = {}) {
  return WORDS[name].replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
}

function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const chosen = (card) => card.querySelector("input:checked");
const answered = () => cards.filter(chosen).length;
const stemOf = (card) => card.parentElement.querySelector(":scope > .stem");
const numberOf = (card) => card.id.slice(1);

// --- what the phone keeps ---

function openStore() {
  if (kiosk) return null;
  try {
    localStorage.setItem("ita try", "");
    localStorage.removeItem("ita try");
    return localStorage;
  } catch {
    return null; // a web view or a private window that lends no storage
  }
}

function read(name) {
  try {
    return JSON.parse(store.getItem(name));
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    store?.setItem(name, JSON.stringify(value));
  } catch {
    erase(name); // full: better nothing than something old
    store = null;
  }
}

function erase(name) {
  try {
    store?.removeItem(name);
  } catch {
    store = null;
  }
}

function keepDraft() {
  const answers = Object.fromEntries(cards.filter(chosen).map((card) => [card.id, chosen(card).value]));
  const about = Object.fromEntries(front.map((each) => [each.name, each.value]));
  write(DRAFT, { answers, about, place, sealed, code: right?.value });
}

function takeUpDraft() {
  const draft = read(DRAFT);
  if (!draft) return;
  for (const radio of radios) if (draft.answers?.[radio.name] === radio.value) radio.checked = true;
  for (const each of front) each.value = draft.about?.[each.name] || "";
  if (right && !right.value) right.value = draft.code || "";
  place = Math.min(draft.place || 0, cards.length - 1);
  sealed = draft.sealed || null;
}

function clearAnswers() {
  for (const radio of radios) radio.checked = false;
  for (const each of front) each.value = "";
  codeShown = false;
  if (!right) return;
  right.value = "";
  tellCode("");
}

// The QR code of a slip carries its code behind the #, which a browser sends to nobody.
function takeUpCode() {
  if (right && location.hash.length > 1) right.value = location.hash.slice(1, 21);
}

async function beShared(on) {
  shared = on;
  offerLanguages();
  if (!on) {
    store = openStore();
    return;
  }
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("ita ")) localStorage.removeItem(name);
  } catch {
    // nothing was stored, then
  }
  store = null;
  await forgetPages();
  for (const each of (await navigator.serviceWorker?.getRegistrations()) || []) await each.unregister();
}

async function forgetPages() {
  for (const name of (await window.caches?.keys()) || []) await caches.delete(name);
}

// --- screens ---

const PANELS = {
  start: () => [...foundNotice(), ...lineLink(), kiosk ? paragraph(say("kiosk"), "large") : sharedSwitch()],
  card: () => [progress()],
  review: () => [
    heading(say("overview")),
    paragraph(say("overviewWhy")),
    ...faults(),
    overview(),
    paragraph(say("final")),
  ],
  sending: () => [heading(say("sendingHead")), make("div", { id: "retry" }, ...retryWords())],
  thanks: () => [
    heading(say("thanks")),
    paragraph(say("thanksWhat")),
    paragraph(say(kiosk ? "soon" : "thanksNever")),
    ...receiptNotice(),
  ],
  refused: () => [heading(say("refused")), ...refusal.map((each) => paragraph(each.text))],
  idle: () => [heading(say("idle")), paragraph(say("idleWhy"), "large")],
};

const BARS = {
  start: () =>
    answered()
      ? [button(say("over"), reset, "second"), button(say("onward"), () => go(answered() === cards.length ? "review" : "card", place))]
      : [button(say("start"), setOut)],
  card: () => {
    const weight = chosen(cards[place]) ? "" : "second";
    return [button(say("back"), back, "second"), button(forwardWords(), forward, weight)];
  },
  review: () => [button(say("back"), back, "second"), button(say("send"), hand)],
  sending: () => (tries ? [button(say("again"), send)] : []), // on the first way there is nothing to press
  thanks: () => [button(say("person"), reset, "second")],
  refused: () => [button(say("wipe"), reset, "second"), button(say("look"), () => go("review", place))],
  idle: () => [button(say("here"), () => show(screenBefore, place))],
};

let screenBefore = "start";

function go(name, at) {
  if (!kiosk) history.pushState({ screen: name, place: at, deep: true }, "");
  show(name, at);
}

function show(name, at = place) {
  clearTimeout(advanceTimer);
  hush();
  if (received) name = "thanks";
  else if (sealed) name = "sending";
  if (name !== "review") problems = [];
  if (name === "idle") screenBefore = screen;
  screen = name;
  place = at;
  if (screen === "card") keepDraft();
  render();
  takeFocus();
  watchIdle();
}

function render() {
  document.body.dataset.screen = screen;
  offerLanguages();
  const shown = screen === "card" ? cards[place] : null;
  for (const part of form.querySelectorAll("section,.item,fieldset")) part.classList.toggle("on", part.contains(shown));
  panel.replaceChildren(...PANELS[screen]());
  bar.replaceChildren(...BARS[screen]());
  renderTools();
  tell();
  if (comfort.thai) turnDigits(document.body);
}

// Another language is another page: not where that would lose answers, or forget that others use the device.
function offerLanguages() {
  document.body.classList.toggle("stay", Boolean(sealed || received || shared || (!store && answered())));
}

function takeFocus() {
  const inPanel = panel.querySelector(".faults") || panel.querySelector("h2");
  const target = screen === "card" ? cards[place].querySelector("legend") : inPanel;
  scrollTo(0, 0);
  target?.focus({ preventScroll: true });
}

// Exactly three states: kept here, on its way, received. The words change only when the state does.
function tell() {
  const kept = store ? "saved" : "memory";
  const state = received ? "received" : sealed && inFlight ? "sending" : sealed || answered() ? kept : "";
  if (status.dataset.state === state) return;
  status.dataset.state = state;
  status.textContent = state && say(state);
}

function retryWords() {
  if (!tries) return [];
  const words = ["waitingHead", "retry", store ? "retrySaved" : "retryMemory"];
  return words.map((name, at) => make(at ? "p" : "h3", {}, say(name)));
}

// While tries come and go neither the focus nor the button moves; only what is said changes.
function showSending() {
  if (screen !== "sending") return show("sending");
  document.getElementById("retry").replaceChildren(...retryWords());
  if (!bar.firstChild) bar.append(...BARS.sending());
  tell();
}

function foundNotice() {
  if (!answered()) return [];
  return [paragraph(say("found", { n: answered(), of: cards.length }), "band")];
}

// LINE opens an address in the phone's own browser when it ends like this.
function lineLink() {
  if (!/\bLine\//.test(navigator.userAgent) || answered()) return [];
  const address = new URL(location);
  address.searchParams.set("openExternalBrowser", "1");
  return [make("p", {}, make("a", { href: address }, say("line")))];
}

function receiptNotice() {
  if (!serial || shared) return [];
  const file = make("a", { href: `${canonical.pathname}/receipt.txt?r=${serial}&lang=${language}`, target: "_blank", rel: "noopener", download: "receipt.txt" }, say("receiptSave"));
  const number = make("code", { className: "serial", translate: false }, serial.match(/..../g).join("-"));
  const check = make("a", { href: `/results/receipt?lang=${language}`, target: "_blank", rel: "noopener" }, say("receiptCheck"));
  const where = make("p", {}, say("receiptWhere") + " ", check);
  const words = [paragraph(say("receiptWhat")), number, make("p", {}, file), where, paragraph(say("receiptGone"))];
  return [make("details", { className: "receipt" }, make("summary", {}, say("receipt")), ...words)];
}

function sharedSwitch() {
  const box = make("input", { type: "checkbox", checked: shared, onchange: () => beShared(box.checked) });
  const words = make("span", {}, say("shared"), make("small", {}, say("sharedWhy")));
  return make("label", { className: "shared" }, box, words);
}

function progress() {
  const words = say("done", { n: answered(), of: cards.length });
  const line = make("progress", { max: cards.length, value: answered() });
  line.setAttribute("aria-label", words);
  const text = make("span", {}, words);
  text.setAttribute("aria-hidden", "true");
  return make("div", { className: "done" }, line, text);
}

function overview() {
  const list = make("ol", { className: "overview" });
  for (const card of cards) {
    if (stemOf(card) && !card.previousElementSibling.matches("fieldset")) list.append(stemLine(card));
    list.append(overviewLine(card));
  }
  return list;
}

function stemLine(card) {
  return make("li", { className: "stem" }, stemOf(card).textContent.replace(/^[\d๐-๙.]+/, "$& "));
}

function overviewLine(card) {
  const choice = chosen(card)?.parentElement.textContent.trim();
  const change = button(say(choice ? "change" : "answer"), () => mend(card), "plain");
  change.append(make("span", { className: "unseen" }, " " + say("number", { n: numberOf(card) })));
  const legend = card.querySelector("legend").textContent.trim();
  const words = make("span", {}, legend.replace(/^[\d๐-๙.]+/, ""));
  const head = make("b", { className: "number" }, numberOf(card));
  const answer = make("strong", {}, choice || say("none"));
  return make("li", { className: choice ? "" : "wrong" }, head, words, answer, change);
}

function faults() {
  if (!problems.length) return [];
  const gaps = problems.filter(({ gap }) => gap);
  const told = gaps.length > MOST_LINES ? problems.filter(({ gap }) => !gap) : problems;
  const lines = told.map(({ code, text }) => {
    const card = byCode(code);
    const mended = card ? () => mend(card) : right && code === right.name && (() => typeCode(text));
    return make("li", {}, mended ? button(text, mended, "plain") : text);
  });
  if (told !== problems) lines.push(numbersOf(gaps));
  const traits = { className: "faults", tabIndex: -1 };
  const box = make("div", traits, make("h3", {}, say("faults")), make("ul", {}, ...lines));
  box.setAttribute("role", "alert");
  return [box];
}

function numbersOf(gaps) {
  const numbers = gaps.map(({ code }) => {
    const there = button(code.slice(1), () => mend(byCode(code)), "plain");
    there.ariaLabel = say("number", { n: code.slice(1) });
    return make("li", {}, there);
  });
  return make("li", { className: "gaps" }, say("gaps", { n: gaps.length }), make("ul", {}, ...numbers));
}

const byCode = (code) => cards.find((card) => card.id === code);

// --- from card to card ---

function forwardWords() {
  if (!chosen(cards[place])) return say("skip");
  return say(mending || place === cards.length - 1 ? "review" : "next");
}

function forward() {
  const last = mending || place === cards.length - 1;
  mending = false;
  go(last ? "review" : "card", last ? place : place + 1);
}

function back() {
  mending = false;
  if (history.state?.deep) return history.back();
  if (screen === "review") return show("card", cards.length - 1);
  show(place ? "card" : "start", Math.max(0, place - 1));
}

function mend(card) {
  go("card", cards.indexOf(card));
  mending = true;
  render();
}

// Whoever has a slip to type is shown where, once; who only wants to look at the questions presses again.
function setOut() {
  const toType = right && !right.value.trim() && !codeShown;
  codeShown = true;
  if (toType) return right.focus();
  go("card", 0);
}

// What is said about the code of the slip stands beside it until it is typed anew.
function typeCode(text) {
  go("start", place);
  tellCode(text);
  right.focus();
}

function tellCode(text) {
  slipFault.textContent = text;
  right.parentElement.classList.toggle("wrong", Boolean(text));
  right.setAttribute("aria-invalid", String(Boolean(text)));
}

function onCode() {
  tellCode("");
  keepDraft();
}

// --- handing in ---

function hand() {
  const open = cards.filter((card) => !chosen(card));
  problems = open.map((card) => ({ code: card.id, text: say("missing", { n: numberOf(card) }), gap: true }));
  if (right && !right.value.trim()) problems.unshift({ code: right.name, text: say("noCode") });
  if (problems.length) return show("review");
  seal();
}

// From here the answers cannot be changed until the server has spoken: one id never has two bodies.
function seal() {
  const fields = new URLSearchParams(new FormData(form));
  const id = freshId();
  fields.set("response_id", id);
  if (shared) fields.delete("serial");
  else if (fields.has("serial")) fields.set("serial", freshId());
  sealed = read(DRAFT)?.sealed || { id, body: fields.toString() }; // another tab may have been quicker
  tries = 0;
  keepDraft();
  send();
}

async function send() {
  if (!sealed || inFlight) return;
  clearTimeout(retryTimer);
  inFlight = true;
  showSending();
  const { kept, said, wait } = await attempt(sealed);
  inFlight = false;
  if (kept) finish();
  else if (said) refuse(said);
  else sendLater(wait);
}

// One try. What is neither a receipt nor a refusal of ours (a cut line, a portal's page) means: not known yet.
async function attempt({ id, body }) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), 20 * second);
  try {
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    const traits = { method: "POST", headers, body, credentials: watched ? "same-origin" : "omit", cache: "no-store", redirect: "error" };
    const answer = await fetch(canonical, { ...traits, signal: limit.signal });
    const said = await answer.json();
    if ([200, 201].includes(answer.status) && said.received === id) return { kept: true };
    const definitive = DEFINITIVE.includes(answer.status) && Array.isArray(said.problems);
    if (definitive) return { said: { ...said, status: answer.status } };
    return { wait: Number(answer.headers.get("Retry-After")) || 0 };
  } catch {
    return { wait: 0 };
  } finally {
    clearTimeout(timer);
  }
}

function sendLater(asked) {
  const pause = Math.min(LONGEST_WAIT, Math.max(asked, 2 ** tries * (0.75 + Math.random() / 2)));
  tries += 1;
  notBefore = Date.now() + asked * second;
  retryTimer = setTimeout(send, pause * second);
  showSending();
}

function sendSooner() {
  if (document.visibilityState === "visible" && Date.now() >= notBefore) send();
}

function finish() {
  const { id, body } = sealed;
  serial = new URLSearchParams(body).get("serial") || "";
  sealed = null;
  received = true;
  if ((read(DRAFT)?.sealed?.id ?? id) === id) erase(DRAFT);
  clearAnswers();
  show("thanks");
}

function refuse({ problems: found, status: code }) {
  sealed = null;
  keepDraft();
  if (code === 422) {
    show("review");
    problems = found;
    render();
    return takeFocus();
  }
  refusal = found;
  if (code !== 409 && code !== 413) forgetPages();
  show("refused");
}

// --- between two people ---

function reset() {
  clearTimeout(retryTimer);
  clearAnswers();
  erase(DRAFT);
  sealed = null;
  serial = "";
  received = mending = false;
  history.replaceState({}, "", canonical);
  show("start", 0);
}

function watchIdle() {
  clearTimeout(idleTimer);
  if (!kiosk) return;
  // Ninety seconds in all; twenty of them to say "I am here", which WCAG 2.2.1 asks for.
  if (["card", "review", "refused"].includes(screen)) idleTimer = setTimeout(() => show("idle"), 70 * second);
  if (screen === "idle") idleTimer = setTimeout(reset, 20 * second);
  if (screen === "thanks") idleTimer = setTimeout(reset, 8 * second);
}

// --- comfort: large letters, Thai digits, reading aloud ---

function readComfort() {
  return read(COMFORT) || {};
}

function renderTools() {
  document.documentElement.classList.toggle("large", !!comfort.large);
  const here = document.activeElement?.dataset?.tool;
  const made = [toggle("large")];
  if (language === "th") made.push(toggle("thai", "digits"));
  if (screen === "card" && voice()) made.push(button(say(speaking() ? "hush" : "read"), readAloud));
  tools.replaceChildren(...made);
  if (here) tools.querySelector(`[data-tool=${here}]`)?.focus();
}

function toggle(name, words = name) {
  const made = button(say(words), () => turn(name));
  made.dataset.tool = name;
  made.setAttribute("aria-pressed", String(!!comfort[name]));
  return made;
}

function turn(name) {
  comfort = { ...comfort, [name]: !comfort[name] };
  write(COMFORT, comfort);
  if (name === "thai") turnDigits(document.body);
  renderTools();
}

function turnDigits(root) {
  const [from, to] = comfort.thai ? ["0123456789", "๐๑๒๓๔๕๖๗๘๙"] : ["๐๑๒๓๔๕๖๗๘๙", "0123456789"];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest("[translate=no],style,script")) {
      const turned = node.data.replace(/[0-9๐-๙]/g, (sign) => to[from.indexOf(sign)] ?? sign);
      if (turned !== node.data) node.data = turned;
    }
  }
}

// Only a voice that lives on the phone: others would send the words to somebody.
function voice() {
  return window.speechSynthesis?.getVoices().find((each) => each.localService && each.lang.slice(0, 2) === language);
}

const speaking = () => window.speechSynthesis?.speaking;

function hush() {
  if (speaking()) speechSynthesis.cancel();
}

function readAloud() {
  if (speaking()) {
    hush();
    return renderTools();
  }
  const card = cards[place];
  const stem = stemOf(card)?.textContent || "";
  const choices = [...card.querySelectorAll("label")].map((label) => label.textContent);
  const words = new SpeechSynthesisUtterance([stem, card.querySelector("legend").textContent, ...choices].join(". ").replace(/[\u200b\u2060]/g, ""));
  words.voice = voice();
  words.lang = words.voice.lang;
  words.onstart = words.onend = renderTools;
  speechSynthesis.speak(words);
}

// --- what people and the phone do ---

let touched = false; // the last press was a finger or a mouse; a screen reader's click has no pressure

function onPress(event) {
  touched = event.pressure > 0;
}

function onChoice(event) {
  keepDraft();
  if (front.includes(event.target)) return;
  const byHand = touched;
  render();
  if (byHand) advanceTimer = setTimeout(forward, 0.35 * second);
}

function onKey(event) {
  touched = false;
  clearTimeout(advanceTimer);
  if (screen !== "card") return;
  const inCard = cards[place].contains(event.target);
  if (event.key === "Enter" && inCard) {
    event.preventDefault();
    forward();
  }
  if (/^Arrow(Down|Right)$/.test(event.key) && event.target.tagName === "LEGEND") {
    event.preventDefault();
    (chosen(cards[place]) || cards[place].querySelector("input")).focus();
  }
}

function onSubmit(event) {
  event.preventDefault();
  if (event.submitter?.classList.contains("switch")) {
    keepDraft();
    location.assign(event.submitter.formAction);
  }
}

function onLeave() {
  if (kiosk || shared) clearAnswers();
}

function onReturn(event) {
  if (event.persisted && (kiosk || shared)) reset();
}

// Another tab of the same link has sent, or started over: this one must not send a second answer.
function onOtherTab(event) {
  if (event.key !== DRAFT || sealed || received) return;
  const theirs = event.newValue && JSON.parse(event.newValue);
  if (!theirs || theirs.sealed) location.reload();
}

function listen() {
  addEventListener("pointerdown", onPress, true);
  addEventListener("keydown", onKey, true);
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => screen !== "idle" && watchIdle(), true);
  form.addEventListener("change", onChoice);
  right?.addEventListener("change", onCode);
  addEventListener("hashchange", () => takeUpCode() || history.replaceState(history.state, "", canonical));
  form.addEventListener("submit", onSubmit);
  for (const kind of ["online", "focus"]) addEventListener(kind, sendSooner);
  document.addEventListener("visibilitychange", sendSooner);
  addEventListener("popstate", ({ state }) => show(state?.screen || "start", state?.place ?? place));
  addEventListener("pagehide", onLeave);
  addEventListener("pageshow", onReturn);
  addEventListener("storage", onOtherTab);
  addEventListener("beforeunload", (event) => sealed && !store && event.preventDefault());
  window.speechSynthesis?.addEventListener?.("voiceschanged", renderTools);
}

// Where a worker is allowed, the form opens again without a network.
async function stayUsable() {
  if (!store || shared || !navigator.serviceWorker) return;
  try {
    const { installing, waiting, active } = await navigator.serviceWorker.register("/phone/sw.js", { scope: "/s/" });
    const script = document.querySelector("script[src]").src;
    (active || waiting || installing).postMessage({ page: canonical.href, script });
  } catch {
    // not allowed here; everything else works all the same
  }
}

function dressPage() {
  document.body.classList.add("js");
  status.setAttribute("role", "status");
  for (const card of cards) {
    card.querySelector("legend").tabIndex = -1;
    const stem = stemOf(card);
    if (stem) {
      stem.id = `stem-${card.parentElement.querySelector("fieldset").id}`;
      card.setAttribute("aria-describedby", stem.id);
    }
  }
  right?.before(slipFault);
  right?.setAttribute("aria-describedby", slipFault.id);
  form.before(panel);
  main.append(tools, status, bar);
}

function begin() {
  dressPage();
  if (kiosk) clearAnswers();
  takeUpCode();
  takeUpDraft();
  listen();
  history.replaceState({ screen: "start" }, "", canonical);
  screen = "start";
  render();
  watchIdle();
  if (sealed) send();
  addEventListener("load", stayUsable);
}

// A page the server sent back with its own list of faults is mended as it stands; so is any page in a browser
// too old for what is used here.
const able = window.CSS?.supports?.("selector(:is(a, b))") && document.body.replaceChildren;
if (able && !document.querySelector(".faults")) begin();
