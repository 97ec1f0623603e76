// Reloads this page when the site was built anew, shows what is wrong with the files and whether feeds are in trouble, and leads
// to the plan.
// Only pages served by `heraldry serve` have this script: nothing of it is published.
(() => {
  "use strict";
  const shown = document.currentScript.dataset.version;
  const bar = document.createElement("div");
  bar.setAttribute("role", "status");
  Object.assign(bar.style, {
    position: "fixed", insetInline: "0", bottom: "0", zIndex: "2147483647", maxHeight: "40vh", overflow: "auto",
    padding: ".75rem 1rem", font: "14px/1.5 ui-monospace, monospace", whiteSpace: "pre-wrap",
    color: "#fff", background: "#8c1d18", display: "none",
  });

  const tell = (problems) => {
    bar.textContent = problems.join("\n");
    bar.style.display = problems.length ? "block" : "none";
    if (!bar.isConnected) document.body.append(bar);
  };

  const badge = document.createElement("a");
  badge.href = "/_heraldry/sources";
  Object.assign(badge.style, {
    position: "fixed", insetInlineEnd: ".75rem", bottom: ".75rem", zIndex: "2147483646", padding: ".35rem .75rem",
    borderRadius: "1rem", font: "14px/1.5 system-ui, sans-serif", color: "#fff", background: "#8c1d18",
  });

  const mark = (troubled) => {
    badge.textContent = troubled === 1 ? "1 feed in trouble" : `${troubled} feeds in trouble`;
    if (!troubled || location.pathname === badge.pathname) badge.remove();
    else if (!badge.isConnected) document.body.append(badge);
  };

  const plan = document.createElement("a");
  plan.href = "/_heraldry/plan";
  plan.textContent = "Plan";
  Object.assign(plan.style, {
    position: "fixed", insetInlineStart: ".75rem", bottom: ".75rem", zIndex: "2147483645", padding: ".35rem .75rem",
    borderRadius: "1rem", font: "14px/1.5 system-ui, sans-serif", color: "#fff", background: "#3a3d45",
    boxShadow: "0 0 0 1px #fff6", textDecoration: "none",
  });
  const ways = document.createElement("nav");
  ways.setAttribute("aria-label", "Preview");
  ways.append(plan);
  if (location.pathname !== plan.pathname) document.body.append(ways);

  const ask = async () => {
    let wait = 400;
    try {
      const answer = await fetch("/_heraldry/version", { cache: "no-store" });
      const { version, problems, troubled = 0 } = await answer.json();
      if (version !== shown) {
        location.reload();
        return;
      }
      tell(problems);
      mark(troubled);
    } catch {
      wait = 2000; // the server is gone: it may come back
    }
    setTimeout(ask, wait);
  };

  ask();
})();
