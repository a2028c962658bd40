// Keys in the table of proposals, for whoever turned them on: j and k go down and up, x ticks.
// The keyboard's focus itself moves, to the link that Enter opens, so that nothing else needs to know of it.
(() => {
  const rows = [...document.querySelectorAll("[data-keys] tbody tr")];
  const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");

  const move = (step) => {
    const at = rows.indexOf(document.activeElement.closest("tr"));
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    const link = rows[next] && rows[next].querySelector("a.score");
    if (link) link.focus();
    return Boolean(link);
  };

  const tick = () => {
    const row = document.activeElement.closest("tr");
    const box = rows.includes(row) && row.querySelector("input[type=checkbox]");
    if (box) box.click();
    return Boolean(box);
  };

  const does = { j: () => move(1), k: () => move(-1), x: tick };

  document.addEventListener("keydown", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
    if (plain && does[event.key] && !typing(event.target) && does[event.key]()) event.preventDefault();
  });
})();
