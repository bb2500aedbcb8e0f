'use strict';
// What the map computes without the page. Tests/ReportsTests/map.test.mjs runs these functions.
const mapFunctions = (() => {
  // The colour that lies `share` of the way between two colours of the form #rrggbb.
  const mixed = (from, to, share) => {
    const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const [a, b] = [parts(from), parts(to)];
    return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(' ')})`;
  };
  // The fifth that a rank of 0 to 1 belongs to, counted from 0.
  const fifth = (rank) => Math.max(0, Math.min(4, Math.floor(rank * 5)));
  // Groups samples by their values, which are indices into `names`, or -1. Ten colours can be told apart: where there are
  // more values, the ten most frequent keep their names and the others share a group.
  const grouped = (values, names) => {
    const sizes = new Map();
    for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
    let order = names.map((_, i) => i).filter((i) => sizes.has(i));
    if (order.length > 10) order = order.sort((a, b) => sizes.get(b) - sizes.get(a));
    const shown = order.slice(0, 10);
    const groups = shown.map((value, i) => ({name: names[value], colour: i}));
    const groupOf = values.map((value) => shown.indexOf(value));
    for (const [name, isIn] of [['other labels', (value) => value >= 0], ['no label', (value) => value < 0]]) {
      const members = values.flatMap((value, i) => groupOf[i] < 0 && isIn(value) ? [i] : []);
      if (!members.length) continue;
      for (const i of members) groupOf[i] = groups.length;
      groups.push({name, colour: 10});
    }
    return {groups, groupOf};
  };
  // How many pixels a distance of 1 takes. The map reaches from -1 to 1.
  const unitOf = (view, width, height) => 0.47 * Math.min(width, height) * view.scale;
  // The pixel of a point of the map. The view's x and y are the point in the middle of the screen.
  const placed = (x, y, view, width, height) => {
    const unit = unitOf(view, width, height);
    return [width / 2 + (x - view.x) * unit, height / 2 - (y - view.y) * unit];
  };
  // The view `factor` times as close; what is at the pixel (x, y) stays there.
  const zoomed = (view, factor, x, y, width, height) => {
    const scale = Math.max(0.5, Math.min(60, view.scale * factor));
    const [before, after] = [unitOf(view, width, height), unitOf({scale}, width, height)];
    return {
      x: view.x + (x - width / 2) * (1 / before - 1 / after),
      y: view.y - (y - height / 2) * (1 / before - 1 / after),
      scale,
    };
  };
  // The candidate nearest to the pixel (x, y), if it is less than `reach` away; else -1.
  const nearest = (candidates, onScreen, x, y, reach) => {
    let [best, least] = [-1, reach];
    for (const i of candidates) {
      const [u, v] = onScreen(i);
      const distance = Math.hypot(u - x, v - y);
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  };
  // The candidate that an arrow key leads to: close, and at most 60 degrees off the direction (dx, dy); else -1.
  const ahead = (candidates, onScreen, [x, y], dx, dy) => {
    let [best, least] = [-1, Infinity];
    for (const i of candidates) {
      const [u, v] = onScreen(i);
      const distance = Math.hypot(u - x, v - y);
      const along = ((u - x) * dx + (v - y) * dy) / (distance || 1);
      if (along >= 0.5 && distance / along < least) [best, least] = [i, distance / along];
    }
    return best;
  };
  // Indices of the names that contain what was typed, in upper or lower case; null where nothing was typed.
  const matching = (names, typed) => {
    const wanted = typed.trim().toLowerCase();
    return wanted ? new Set(names.flatMap((name, i) => name.toLowerCase().includes(wanted) ? [i] : [])) : null;
  };
  // From 0 to 1, slowly at both ends.
  const eased = (time) => {
    const part = Math.max(0, Math.min(1, time));
    return part * part * (3 - 2 * part);
  };
  return {mixed, fifth, grouped, unitOf, placed, zoomed, nearest, ahead, matching, eased};
})();

const showMap = () => {
  const {mixed, fifth, grouped, unitOf, placed, zoomed, nearest, ahead, matching, eased} = mapFunctions;
  const data = JSON.parse(document.getElementById('data').textContent).map;
  const find = (id) => document.getElementById(id);
  const [canvas, card, legend, status, search, colouring, atlas] = ['canvas', 'card', 'legend', 'map-status', 'search', 'colouring', 'atlas'].map(find);
  const stage = canvas.parentElement;
  const context = canvas.getContext('2d');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const count = data.names.length;
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  let projection = data.tsne ? 'tsne' : 'principal';
  let places = data[projection].map((value) => value / 10000);
  const view = {x: 0, y: 0, scale: 1};
  let groups = [];
  let groupOf = [];
  const hiddenGroups = new Set();
  let matches = null;
  let hovered = -1;
  let kept = -1;
  let palette = {};
  let width = 0;
  let height = 0;

  // Colour

  const readPalette = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue('--' + name).trim();
    palette = {ink: colour('ink'), muted: colour('muted'), surface: colour('surface'), accent: colour('accent'), c: Array.from({length: 11}, (_, i) => colour('c' + i))};
  };
  const byName = (values, names) => {
    const found = grouped(values, names);
    groups = found.groups.map(({name, colour}) => ({name, colour: () => palette.c[colour]}));
    groupOf = found.groupOf;
  };
  const colourings = {
    density: ['density', () => {
      groups = ['sparsest fifth', 'sparse', 'middle', 'dense', 'densest fifth'].map((name, i) => ({name, colour: () => mixed(palette.c[4], palette.c[0], i / 4)}));
      groupOf = data.density.map(fifth);
    }],
  };
  if (data.splits) {
    colourings.split = ['part', () => {
      const names = [...new Set(data.splits)].filter(Boolean).sort();
      byName(data.splits.map((split) => names.indexOf(split)), names);
    }];
  }
  if (data.labels.some((label) => label >= 0)) colourings.label = ['label', () => byName(data.labels, data.classes)];
  for (const [value, [text]] of Object.entries(colourings).reverse()) colouring.append(make('option', {value, textContent: 'by ' + text}));
  const recolour = () => {
    hiddenGroups.clear();
    colourings[colouring.value][1]();
    paintLegend();
    draw();
  };
  const paintLegend = () => {
    const sizes = groups.map(() => 0);
    for (const group of groupOf) sizes[group] += 1;
    legend.replaceChildren(...groups.map((group, index) => {
      const dot = make('i');
      dot.style.background = group.colour();
      const button = make('button', {type: 'button'}, dot, make('span', {textContent: group.name}), make('small', {textContent: String(sizes[index])}));
      button.setAttribute('aria-pressed', String(!hiddenGroups.has(index)));
      button.addEventListener('click', () => {
        if (!hiddenGroups.delete(index)) hiddenGroups.add(index);
        button.setAttribute('aria-pressed', String(!hiddenGroups.has(index)));
        if (kept >= 0 && !isShown(kept)) keep(-1);
        draw();
        tell(`${visible().length} of ${count} shown`);
      });
      return button;
    }));
  };
  const isShown = (i) => !hiddenGroups.has(groupOf[i]);
  const visible = () => data.names.map((_, i) => i).filter(isShown);
  const tell = (text) => { status.textContent = text; };

  // Drawing

  const unit = () => unitOf(view, width, height);
  const onScreen = (i) => placed(places[2 * i], places[2 * i + 1], view, width, height);
  const thumbnailSize = () => {
    if (!data.atlas || !atlas.complete || !atlas.naturalWidth) return 0;
    const size = Math.min(72, 1.35 * unit() / Math.sqrt(count));
    return size >= 20 ? size : 0;
  };
  const paintThumbnail = (target, i, x, y, size) => {
    const {side, columns, sizes} = data.atlas;
    const [w, h] = [sizes[2 * i], sizes[2 * i + 1]];
    if (!w) return false;
    const factor = size / Math.max(w, h);
    target.imageSmoothingEnabled = Math.max(w, h) >= 32;
    target.drawImage(atlas, i % columns * side, Math.floor(i / columns) * side, w, h, x - w * factor / 2, y - h * factor / 2, w * factor, h * factor);
    return true;
  };
  const paintPoint = (i, radius, thumbnail) => {
    const [x, y] = onScreen(i);
    if (x < -80 || y < -80 || x > width + 80 || y > height + 80) return;
    context.fillStyle = context.strokeStyle = groups[groupOf[i]].colour();
    if (thumbnail && paintThumbnail(context, i, x, y, thumbnail)) {
      context.lineWidth = 2;
      context.strokeRect(x - thumbnail / 2 - 1, y - thumbnail / 2 - 1, thumbnail + 2, thumbnail + 2);
      return;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fill();
  };
  let isWaiting = false;
  const draw = () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => { isWaiting = false; paint(); });
  };
  const paint = () => {
    const density = devicePixelRatio || 1;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const thumbnail = thumbnailSize();
    const radius = Math.min(8, (count < 400 ? 4.5 : 3) * Math.sqrt(Math.max(1, view.scale)));
    const focus = kept >= 0 ? kept : hovered;
    const shown = visible();
    for (const i of shown) {
      context.globalAlpha = !matches || matches.has(i) ? 0.82 : 0.1;
      if (thumbnail && context.globalAlpha > 0.5) context.globalAlpha = 1;
      if (!matches || !matches.has(i)) paintPoint(i, radius, thumbnail);
    }
    context.globalAlpha = 1;
    if (matches) for (const i of shown) if (matches.has(i)) ring(i, radius + 2.5, palette.ink, thumbnail), paintPoint(i, radius + 1, thumbnail);
    if (focus >= 0 && isShown(focus)) {
      const [x, y] = onScreen(focus);
      context.strokeStyle = palette.ink;
      context.lineWidth = 1;
      for (const other of data.neighbours[focus].filter(isShown)) {
        const [u, v] = onScreen(other);
        context.globalAlpha = 0.45;
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(u, v);
        context.stroke();
        context.globalAlpha = 1;
        paintPoint(other, radius + 1.5, thumbnail);
        ring(other, radius + 3, palette.ink, thumbnail);
      }
      paintPoint(focus, radius + 2.5, thumbnail);
      ring(focus, radius + 5, palette.ink, thumbnail, 2);
    }
    Object.assign(canvas.dataset, {scale: view.scale.toFixed(3), x: view.x.toFixed(3), y: view.y.toFixed(3), shown: shown.length, hovered, kept, thumbnails: thumbnail ? 'yes' : 'no'});
    canvas.style.touchAction = view.scale > 1.01 ? 'none' : '';
    placeCard();
  };
  const ring = (i, radius, colour, thumbnail, line = 1.25) => {
    const [x, y] = onScreen(i);
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.beginPath();
    if (thumbnail) context.rect(x - thumbnail / 2 - 3, y - thumbnail / 2 - 3, thumbnail + 6, thumbnail + 6);
    else context.arc(x, y, radius, 0, 7);
    context.stroke();
  };

  // The card

  const labelOf = (i) => data.labels[i] >= 0 ? data.classes[data.labels[i]] : '';
  const thumbnailOf = (i, size, className) => {
    if (!data.atlas || !data.atlas.sizes[2 * i]) return null;
    const [w, h] = [data.atlas.sizes[2 * i], data.atlas.sizes[2 * i + 1]];
    const picture = make('canvas', {width: w, height: h, className});
    if (Math.max(w, h) < 32) picture.classList.add('tiny');
    picture.style.width = `${Math.round(size * w / Math.max(w, h))}px`;
    picture.style.height = `${Math.round(size * h / Math.max(w, h))}px`;
    paintThumbnail(picture.getContext('2d'), i, w / 2, h / 2, Math.max(w, h));
    return picture;
  };
  let described = '';
  const describe = () => {
    const i = kept >= 0 ? kept : hovered;
    const state = `${i} ${kept}`;
    if (state === described) return;
    described = state;
    card.hidden = i < 0;
    card.classList.toggle('kept', kept >= 0);
    if (i < 0) return;
    const parts = [thumbnailOf(i, 128, 'big'), make('bdi', {textContent: data.names[i]})];
    const facts = [labelOf(i), data.splits && data.splits[i]].filter(Boolean).join(' · ');
    if (facts) parts.push(make('p', {textContent: facts}));
    if (data.fields && data.fields[i].length) {
      const list = make('dl', {className: 'fields'});
      for (let at = 0; at < data.fields[i].length; at += 2) list.append(make('div', {}, make('dt', {textContent: data.fields[i][at]}), make('dd', {textContent: data.fields[i][at + 1]})));
      parts.push(list);
    }
    if (data.texts && data.texts[i]) parts.push(make('p', {className: 'excerpt', textContent: data.texts[i]}));
    if (kept >= 0) {
      const own = data.labels[i];
      const others = data.neighbours[i];
      const differing = own < 0 ? 0 : others.filter((other) => data.labels[other] >= 0 && data.labels[other] !== own).length;
      parts.push(make('p', {textContent: differing ? `Nearest neighbours, ${differing} with another label` : 'Nearest neighbours'}));
      const strip = make('div', {className: 'strip'});
      others.forEach((other, rank) => {
        const button = make('button', {type: 'button', title: data.names[other]}, thumbnailOf(other, 64, '') ?? String(rank + 1));
        button.setAttribute('aria-label', `${data.names[other]} ${labelOf(other)}`.trim());
        button.style.borderColor = groups[groupOf[other]].colour();
        button.addEventListener('click', () => { keep(other, true); });
        strip.append(button);
      });
      parts.push(strip);
    }
    card.replaceChildren(...parts.filter(Boolean));
  };
  const placeCard = () => {
    describe();
    const i = kept >= 0 ? kept : hovered;
    if (i < 0) return;
    const [x, y] = onScreen(i);
    const gap = 18 + thumbnailSize() / 2;
    const left = x + gap + card.offsetWidth > width - 8 ? x - gap - card.offsetWidth : x + gap;
    card.style.left = `${Math.max(8, Math.min(width - card.offsetWidth - 8, left))}px`;
    card.style.top = `${Math.max(8, Math.min(height - card.offsetHeight - 8, y - card.offsetHeight / 2))}px`;
  };
  const keep = (i, isBrought = false) => {
    kept = i;
    if (i >= 0) {
      const [x, y] = onScreen(i);
      if (isBrought && (x < 30 || y < 30 || x > width - 30 || y > height - 30)) { view.x = places[2 * i]; view.y = places[2 * i + 1]; }
      tell([data.names[i], labelOf(i)].filter(Boolean).join(', '));
    } else {
      tell('');
    }
    draw();
  };

  // Moving about

  const zoom = (factor, x = width / 2, y = height / 2) => {
    Object.assign(view, zoomed(view, factor, x, y, width, height));
    draw();
  };
  const reset = () => { Object.assign(view, {x: 0, y: 0, scale: 1}); draw(); };
  const reachable = () => visible().filter((i) => !matches || matches.has(i));
  const at = (x, y) => nearest(reachable(), onScreen, x, y, thumbnailSize() || 14);
  const pointers = new Map();
  let travelled = 0;
  const local = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, local(event));
    if (pointers.size === 1) travelled = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    const [x, y] = local(event);
    const last = pointers.get(event.pointerId);
    if (!last) {
      if (event.pointerType === 'touch') return;
      const found = at(x, y);
      if (found !== hovered) { hovered = found; draw(); }
      return;
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    travelled += Math.hypot(x - last[0], y - last[1]);
    if (travelled > 4) {
      canvas.classList.add('dragging');
      const share = other ? 0.5 : 1;
      view.x -= share * (x - last[0]) / unit();
      view.y += share * (y - last[1]) / unit();
      if (other) zoom(Math.hypot(x - other[0], y - other[1]) / Math.max(1, Math.hypot(last[0] - other[0], last[1] - other[1])), (x + other[0]) / 2, (y + other[1]) / 2);
      draw();
    }
    pointers.set(event.pointerId, [x, y]);
  });
  const lift = (event) => {
    const wasDown = pointers.delete(event.pointerId);
    if (pointers.size === 0) canvas.classList.remove('dragging');
    if (!wasDown || event.type !== 'pointerup' || travelled > 4) return;
    const found = at(...local(event));
    keep(found === kept ? -1 : found);
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('pointerleave', () => { if (hovered >= 0) { hovered = -1; draw(); } });
  canvas.addEventListener('dblclick', (event) => zoom(2, ...local(event)));
  canvas.addEventListener('wheel', (event) => {
    // The page scrolls over a map that nobody has taken hold of.
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018)), ...local(event));
  }, {passive: false});
  const step = (dx, dy) => {
    const others = reachable().filter((i) => i !== kept);
    const next = kept >= 0
      ? ahead(others, onScreen, onScreen(kept), dx, dy) : nearest(others, onScreen, width / 2, height / 2, Infinity);
    if (next >= 0) keep(next, true);
  };
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
      '+': () => zoom(1.5), '=': () => zoom(1.5), '-': () => zoom(1 / 1.5), '0': reset, Escape: () => keep(-1),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  find('zoom-in').addEventListener('click', () => zoom(1.5));
  find('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
  find('zoom-reset').addEventListener('click', reset);

  // Projection, colour, search

  const buttons = [...document.querySelectorAll('[data-projection]')];
  const press = () => buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.projection === projection)));
  for (const button of buttons) {
    button.addEventListener('click', () => {
      projection = button.dataset.projection;
      press();
      const target = data[projection].map((value) => value / 10000);
      if (calm.matches) { places = target; draw(); return; }
      const start = places;
      const began = performance.now();
      const move = (now) => {
        if (data[projection][0] / 10000 !== target[0]) return;
        const time = (now - began) / 700;
        const share = eased(time);
        places = target.map((value, i) => start[i] + (value - start[i]) * share);
        draw();
        if (time < 1) requestAnimationFrame(move);
      };
      requestAnimationFrame(move);
    });
  }
  press();
  colouring.addEventListener('change', recolour);
  search.addEventListener('input', () => {
    matches = matching(data.names, search.value);
    if (matches && kept >= 0 && !matches.has(kept)) kept = -1;
    tell(matches ? `${matches.size} of ${count} match` : '');
    draw();
  });
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !matches || !matches.size) return;
    const found = [...matches].filter(isShown);
    if (found.length) keep(found[(found.indexOf(kept) + 1) % found.length], true);
  });

  const fit = () => {
    const box = canvas.getBoundingClientRect();
    [width, height] = [box.width, box.height];
    canvas.width = Math.round(width * (devicePixelRatio || 1));
    canvas.height = Math.round(height * (devicePixelRatio || 1));
    paint();
  };
  document.querySelector('.map').hidden = false;
  readPalette();
  recolour();
  dark.addEventListener('change', () => { readPalette(); paintLegend(); draw(); });
  new ResizeObserver(fit).observe(stage);
  fit();
  if (atlas) atlas.decode().then(() => { described = ''; draw(); });
};

if (typeof document !== 'undefined') showMap();
