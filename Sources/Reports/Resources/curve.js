'use strict';
(() => {
  const curves = JSON.parse(document.getElementById('data').textContent).curves;
  const format = (value, isPercent) => {
    const number = isPercent ? value * 100 : value;
    const size = Math.abs(number);
    const text = size !== 0 && size < 0.001 ? number.toExponential(2) : size >= 1000 ? number.toFixed(0) : String(Number(number.toPrecision(3)));
    return isPercent ? text + ' %' : text;
  };
  for (const figure of document.querySelectorAll('[data-curve]')) {
    const {x, y, edges: [left, right, low, high]} = curves[figure.dataset.curve];
    const area = figure.querySelector('.area');
    const output = figure.querySelector('output');
    const resting = output.textContent;
    const hair = Object.assign(document.createElement('span'), {className: 'hair', hidden: true});
    const bead = Object.assign(document.createElement('span'), {className: 'bead', hidden: true});
    area.append(hair, bead);
    let place = x.length - 1;
    const show = (index) => {
      place = Math.max(0, Math.min(x.length - 1, index));
      const across = `${100 * (x[place] - left) / (right - left)}%`;
      hair.style.left = bead.style.left = across;
      bead.style.top = `${100 * (1 - (y[place] - low) / (high - low))}%`;
      hair.hidden = bead.hidden = false;
      output.textContent = `step ${x[place]} · ${format(y[place], figure.dataset.percent === 'yes')}`;
    };
    const rest = () => { hair.hidden = bead.hidden = true; output.textContent = resting; };
    const nearest = (event) => {
      const box = area.getBoundingClientRect();
      const step = left + (right - left) * (event.clientX - box.left) / box.width;
      let best = 0;
      for (let i = 1; i < x.length; i++) if (Math.abs(x[i] - step) < Math.abs(x[best] - step)) best = i;
      show(best);
    };
    area.addEventListener('pointermove', nearest);
    area.addEventListener('pointerdown', nearest);
    area.addEventListener('pointerleave', () => { if (document.activeElement !== area) rest(); });
    area.addEventListener('focus', () => show(place));
    area.addEventListener('blur', rest);
    area.addEventListener('keydown', (event) => {
      const targets = {ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: x.length - 1};
      if (!(event.key in targets)) return;
      event.preventDefault();
      show(targets[event.key]);
    });
  }
})();
