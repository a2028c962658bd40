// A slider beside each weight, for whoever has JavaScript. The number is what counts and what is sent;
// the slider has no name, moves the number, and follows it.
(() => {
  const sliders = [...document.querySelectorAll("input[data-steps]")];
  const pairs = sliders.map((slider) => [slider, document.getElementById(slider.dataset.steps)]);
  const numberIn = (box) => Number(box.value.trim().replace(",", "."));
  const known = pairs.map(([, box]) => numberIn(box)).filter(Number.isFinite);
  const most = Math.max(1, ...known);  // weights may be any numbers: all sliders share one length

  for (const [slider, box] of pairs) {
    const follow = () => {
      const weight = numberIn(box);
      if (Number.isFinite(weight)) slider.value = String(Math.min(Math.max(weight, 0), most));
    };
    slider.max = String(most);
    slider.step = most > 1 ? "any" : "0.05";
    slider.hidden = false;
    follow();
    box.addEventListener("input", follow);
    slider.addEventListener("input", () => {
      box.value = String(Math.round(Number(slider.value) * 100) / 100);
    });
  }
})();
