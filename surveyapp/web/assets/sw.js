// Opens the form again where there is no network: the page and its script, and nothing else. Never a person's
// answers, never thanks, never a kiosk's page.

const CACHE = "form-1";
const PATIENCE = 4000; // milliseconds until the page that is kept is shown instead

const isForm = ({ pathname }) => /^\/s\/[^/]+$/i.test(pathname);
const isScript = ({ pathname }) => /^\/phone\/answer-\w\w\.js$/.test(pathname);

// One page for each link and language, however its address was written.
function keyOf(address, other = false) {
  const { origin, pathname, searchParams } = new URL(address);
  const english = (searchParams.get("lang") === "en") !== other;
  return origin + "/s/" + pathname.slice(3).toUpperCase() + (english ? "?lang=en" : "");
}

// Kept without the numbers of the visit; each showing gets its own, drawn apart from each other.
const withOwn = (text, draw) => text.replace(/(name="(?:response_id|serial)" value=")\w*/g, (_, before) => before + draw());

function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function remade(response, text) {
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(text, { headers });
}

async function renew(request) {
  const response = await fetch(request);
  const cache = await caches.open(CACHE);
  if ([403, 404, 410].includes(response.status)) {
    await cache.delete(keyOf(request.url));
    await cache.delete(keyOf(request.url, true));
  }
  if (response.status === 200) {
    const text = await response.clone().text();
    const ours = text.includes('name="response_id"') && !text.includes(" data-kiosk");
    if (ours) await cache.put(keyOf(request.url), remade(response, withOwn(text, () => "")));
  }
  return response;
}

async function kept(address) {
  const found = await (await caches.open(CACHE)).match(keyOf(address));
  return found && remade(found, withOwn(await found.text(), freshId));
}

async function page(event) {
  const fresh = renew(event.request);
  event.waitUntil(fresh.catch(() => {}));
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const first = await Promise.race([fresh, patience]).catch(() => null);
  if (first && first.status < 500) return first;
  return (await kept(event.request.url)) || fresh;
}

async function script(address) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(address);
  if (found) return found;
  const response = await fetch(address);
  if (response.ok) {
    const older = (await cache.keys()).filter((each) => new URL(each.url).pathname === new URL(address).pathname);
    for (const each of older) await cache.delete(each);
    await cache.put(address, response.clone());
  }
  return response;
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

self.addEventListener("message", (event) => {
  const asked = new Request(event.data.page, { credentials: "omit", cache: "no-store" });
  event.waitUntil(Promise.all([renew(asked), script(event.data.script)]).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate" && isForm(address)) event.respondWith(page(event));
  else if (isScript(address)) event.respondWith(script(event.request.url));
});
