// Copies, says so, opens composers; tells an old page. Nothing leaves the device; without this script every link still works.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const toast = document.querySelector(".toast");
  let timer;

  // With the first words of what was copied: a network's own text is not the one that the card shows.
  function say(key, words = "") {
    clearTimeout(timer);
    toast.textContent = "";
    requestAnimationFrame(() => { toast.textContent = toast.dataset[key] + (words && `\n“${words}…”`); });
    timer = setTimeout(hush, 6000);
  }

  // Whoever comes back from a composer still finds the sentence.
  function hush() {
    if (!document.hidden) toast.textContent = "";
    else document.addEventListener("visibilitychange", () => { timer = setTimeout(hush, 4000); }, { once: true });
  }

  function copyByCommand(text) {
    const put = (event) => { event.clipboardData.setData("text/plain", text); event.preventDefault(); };
    document.addEventListener("copy", put);
    try { return document.execCommand("copy"); } catch { return false; } finally { document.removeEventListener("copy", put); }
  }

  // A permission prompt must not keep the composer waiting.
  function copied(text) {
    if (!navigator.clipboard) return Promise.resolve(copyByCommand(text));
    const late = new Promise((done) => { setTimeout(done, 800, false); });
    return Promise.race([navigator.clipboard.writeText(text).then(() => true), late]).catch(() => copyByCommand(text));
  }

  function select(element) {
    getSelection().selectAllChildren(element.closest(".take").querySelector(".caption"));
  }

  function opening(element, text) {
    const take = element.closest(".take");
    const wording = text.replace(take.querySelector(".disclosure")?.textContent ?? "", "").trim();
    const shown = take.querySelector(".wording").textContent.trim();
    return wording.startsWith(shown) ? "" : wording.split(/\s+/).join(" ").slice(0, 60).replace(/\s\S*$/, "");
  }

  async function copy(element, text, done) {
    const ok = await copied(text);
    if (!ok) select(element);
    say(ok ? done : "select", ok ? opening(element, text) : "");
  }

  async function pasteThere(event, link) {
    if (link.dataset.ready) { delete link.dataset.ready; return; }
    event.preventDefault();
    await copy(link, link.dataset.paste, "paste");
    link.dataset.ready = "1";
    link.click();
  }

  function share(button) {
    const text = button.closest(".take").querySelector("[data-copy]").dataset.copy;
    navigator.share({ text }).catch(() => {});
  }

  const [checked, late] = ["time.checked[data-stale]", ".late"].map((name) => document.querySelector(name));
  const [made, stale] = [checked?.dateTime, checked?.dataset.stale].map(Date.parse);
  const due = Math.min(...Array.from(document.querySelectorAll(".next time"), (time) => Date.parse(time.dateTime)));
  const minute = 60000;
  let skew = 0;
  let rest = 0;

  // What the site says of itself now; by the server's clock, where it tells the time: this device's may be years off.
  async function asked() {
    try {
      const answer = await fetch(late.dataset.manifest, { cache: "no-store" });
      const time = Date.parse(answer.headers.get("date"));
      if (time) skew = time - Date.now();
      const site = await answer.json();
      return answer.ok ? [Date.parse(site.checked), Date.parse(site.stale)] : [];
    } catch { return []; }
  }

  function tell(note) {
    if (late.dataset.note === note) return;
    late.dataset.note = note;
    late.replaceChildren(note && document.querySelector(`template.${note}`).content.cloneNode(true));
    for (const since of late.querySelectorAll(".since")) since.textContent = checked.textContent;
  }

  // Is this an old copy, or has nobody looked after the site for too long? A page of which neither can be asks nothing.
  async function look() {
    const early = Date.now() + skew < Math.min(stale, due);
    if (early || document.hidden || late.dataset.note === "newer" || performance.now() < rest) return;
    rest = performance.now() + 5 * minute;
    const [seen, until] = await asked();
    const now = Date.now() + skew;
    if (seen > now + minute) return;
    if (until > now) tell(seen > made && (seen >= due || now >= stale) ? "newer" : "");
    else if (now >= stale) tell("stale");
  }

  function again() {
    rest = 0;
    look();
  }

  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-copy], [data-share], [data-paste], [data-reload]");
    if (!element) return;
    if (element.dataset.copy) copy(element, element.dataset.copy, "copied");
    else if (element.dataset.paste) pasteThere(event, element);
    else if ("reload" in element.dataset) location.reload();
    else share(element);
  });

  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  if (navigator.share) for (const button of document.querySelectorAll("[data-share]")) button.hidden = false;
  if (checked && late) {
    setInterval(look, minute);
    for (const name of ["visibilitychange", "pageshow", "online"]) addEventListener(name, again);
  }
})();
