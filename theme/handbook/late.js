// The handbook is made without a clock. When the site was last checked stands in heraldry.json, asked of this site alone.
(async () => {
  const line = document.querySelector(".handbook-checked");
  if (!line) return;
  try {
    const answer = await fetch(line.dataset.manifest, { cache: "no-store" });
    const said = await answer.json();
    const [checked, stale] = [Date.parse(said.checked), Date.parse(said.stale)];
    const now = Date.parse(answer.headers.get("Date")) || Date.now();
    if (!(checked <= now + 60000 && stale > checked)) return;
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    line.textContent = (stale <= now ? line.dataset.late : line.dataset.checked).replace("{time}", format.format(checked));
    line.classList.toggle("late", stale <= now);
  } catch {
    // Nothing is known: nothing is said.
  }
})();
