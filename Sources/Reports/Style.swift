extension Assets {
  /// System fonts only; colours for light and dark, each text at least 4.5 : 1 on its ground.
  static let style = #"""
    :root {
      color-scheme: light dark;
      --paper: #faf9f6; --surface: #ffffff; --ink: #1c2227; --muted: #5a646d; --line: #e3dfd6; --soft: #f1eee7;
      --accent: #0b6a6a; --good: #1d7247; --caution: #8a5200; --bad: #ac322a;
      --c0: #2f66b0; --c1: #c4512f; --c2: #23815a; --c3: #8552a6; --c4: #a8790a;
      --c5: #1f8ba3; --c6: #bd4c86; --c7: #7a6651; --c8: #5c8a1e; --c9: #4f5fd0; --c10: #8b939a;
      --sans: system-ui, -apple-system, "Segoe UI", Inter, "Helvetica Neue", Arial, sans-serif;
      --serif: Charter, "Iowan Old Style", "Source Serif 4", Georgia, "Liberation Serif", serif;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14181b; --surface: #1b2125; --ink: #e7e5e0; --muted: #a4adb4; --line: #30383e; --soft: #20272c;
        --accent: #5fc6bf; --good: #6ecb9b; --caution: #e6b45f; --bad: #f2938a;
        --c0: #7fb0ef; --c1: #f0906f; --c2: #66cfa0; --c3: #c69fe4; --c4: #e3bb53;
        --c5: #66cde2; --c6: #f090c1; --c7: #c9b597; --c8: #b0d162; --c9: #a3acff; --c10: #7c868e;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--sans); }
    main { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem 6rem; }
    p { margin: 0 0 1rem; max-width: 44rem; }
    a { color: var(--accent); }
    small, .explain, .status { color: var(--muted); font-size: .875rem; }
    h1, h2 { font-family: var(--serif); font-weight: 600; letter-spacing: -.01em; line-height: 1.2; }
    h1 { font-size: clamp(2rem, 6vw, 3.25rem); margin: 0 0 .75rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.625rem; margin: 0 0 .75rem; }
    h3 { font-size: 1rem; font-weight: 600; margin: 2rem 0 .5rem; }
    section { padding-top: 3.5rem; }
    section > h2:not(:first-child) { margin-top: 3.5rem; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    [hidden] { display: none !important; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: 1rem; top: .5rem; z-index: 9; background: var(--surface); padding: .25rem .75rem; }
    nav { position: sticky; top: 0; z-index: 5; background: var(--paper); border-bottom: 1px solid var(--line); }
    nav div { max-width: 68rem; margin: 0 auto; padding: 0 1rem; display: flex; overflow-x: auto; scrollbar-width: none; }
    nav a { padding: .75rem .5rem; color: var(--muted); text-decoration: none; font-size: .875rem; white-space: nowrap; }
    nav a:hover { color: var(--ink); text-decoration: underline; text-underline-offset: .3em; }
    nav a:focus-visible { outline-offset: -4px; }

    header { padding-top: 4rem; }
    .over { color: var(--accent); font-size: .8125rem; letter-spacing: .08em; text-transform: uppercase; margin: 0 0 .5rem; }
    .lead { font-family: var(--serif); font-size: 1.25rem; line-height: 1.5; color: var(--muted); max-width: 40rem; }
    .tiles { display: flex; flex-wrap: wrap; gap: 1.25rem 3rem; margin: 2rem 0 0; padding: 1.25rem 0; border-block: 1px solid var(--line); }
    .tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
    .tiles dt { color: var(--muted); font-size: .8125rem; max-width: 14rem; line-height: 1.4; }
    .tiles dd { margin: 0; font-size: 1.75rem; line-height: 1.2; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
    .findings { padding-top: 2.5rem; }
    .topic { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1.5rem; padding: .875rem 0; border-top: 1px solid var(--line); }
    .topic h3 { margin: 0; font-weight: 500; color: var(--muted); }
    .topic p { margin: 0 0 .5rem; position: relative; overflow-wrap: anywhere; }
    .topic p:last-child { margin: 0; }
    .mark { display: inline-block; width: 1.25rem; height: 1.25rem; line-height: 1.25rem; margin-right: .5rem; border-radius: 50%; text-align: center; font-size: .75rem; font-weight: 700; color: var(--paper); background: var(--muted); }
    .good .mark { background: var(--good); } .caution .mark { background: var(--caution); } .bad .mark { background: var(--bad); }

    .empty { color: var(--muted); }
    .command { background: var(--soft); padding: .75rem 1rem; border-radius: 6px; overflow-x: auto; font-size: .875rem; margin: 0; }
    .scroll { overflow-x: auto; margin: 1.25rem 0 .75rem; }
    table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
    thead th { color: var(--muted); font-size: .8125rem; vertical-align: bottom; }
    .number { text-align: right; } .wide { width: 34%; min-width: 11rem; padding-right: 0; padding-left: 1rem; }
    .ours th, .ours td { font-weight: 600; }
    .dots { display: block; width: 100%; height: 1.5rem; overflow: visible; }
    .dots path, .plot path { vector-effect: non-scaling-stroke; fill: none; }
    .interval { stroke: var(--c10); stroke-width: 5; stroke-linecap: round; opacity: .55; }
    .value { stroke: var(--muted); stroke-width: 10; stroke-linecap: round; }
    .ours .interval, .ours .value { stroke: var(--accent); }
    .guess { stroke: var(--muted); stroke-dasharray: 3 3; }

    .tools { display: flex; flex-wrap: wrap; gap: .625rem; align-items: center; margin: 1.25rem 0 .75rem; font-size: .875rem; }
    button, select, input { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; min-height: 2.25rem; padding: .25rem .75rem; }
    button { cursor: pointer; } button:hover, select:hover { border-color: var(--muted); }
    .choice { display: flex; }
    .choice button { border-radius: 0; margin-left: -1px; }
    .choice button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; } .choice button:last-child { border-radius: 0 6px 6px 0; }
    .choice button:only-child { border-radius: 6px; }
    .choice button:focus-visible { z-index: 1; position: relative; }
    button[aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--paper); }
    .pick { color: var(--muted); } .pick select { color: var(--ink); margin-left: .25rem; max-width: 11rem; }
    .find { flex: 1 1 11rem; } .find input { width: 100%; }
    .find input::placeholder { color: var(--muted); opacity: 1; }
    .stage { position: relative; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
    canvas { display: block; width: 100%; height: min(38rem, 74vh); touch-action: pan-x pan-y; cursor: crosshair; }
    canvas:focus-visible { outline-offset: -3px; border-radius: 8px; }
    .dragging { cursor: grabbing; }
    .card { position: absolute; left: 0; top: 0; width: 13.5rem; padding: .75rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 6px 24px rgb(0 0 0 / .16); font-size: .8125rem; line-height: 1.4; pointer-events: none; }
    .card.kept { pointer-events: auto; }
    .card canvas { width: auto; height: auto; cursor: inherit; border-radius: 4px; touch-action: auto; }
    .card .big { display: block; margin: 0 auto .5rem; max-width: 100%; image-rendering: auto; }
    .card .tiny, img.tiny { image-rendering: pixelated; }
    .card bdi { display: block; overflow-wrap: anywhere; font-weight: 600; }
    .card p { margin: .25rem 0 0; color: var(--muted); }
    .strip { display: grid; grid-template-columns: repeat(6, 1fr); gap: 3px; margin-top: .375rem; }
    .strip button { padding: 0; min-height: 0; aspect-ratio: 1; overflow: hidden; border-width: 2px; border-radius: 5px; display: grid; place-items: center; font-size: .6875rem; }
    .strip canvas { width: 100%; height: 100%; object-fit: contain; }
    .legend { display: flex; flex-wrap: wrap; gap: .375rem; margin: .75rem 0 .25rem; }
    .legend button { display: inline-flex; align-items: center; gap: .5rem; min-height: 2rem; padding: .125rem .75rem; background: none; border-radius: 1rem; font-size: .8125rem; color: var(--ink); border-color: var(--line); max-width: 100%; }
    .legend button[aria-pressed=false] { color: var(--muted); text-decoration: line-through; background: none; }
    .legend i { width: .625rem; height: .625rem; border-radius: 50%; flex: none; }
    .legend [aria-pressed=false] i { opacity: .25; }
    .legend small { font-size: inherit; font-variant-numeric: tabular-nums; }
    .legend span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .status { min-height: 1.6em; margin: 0; overflow-wrap: anywhere; }
    .still { width: 100%; max-width: 38rem; }
    .c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); } .c4 { fill: var(--c4); } .c5 { fill: var(--c5); }
    .c6 { fill: var(--c6); } .c7 { fill: var(--c7); } .c8 { fill: var(--c8); } .c9 { fill: var(--c9); } .c10 { fill: var(--c10); }

    ol { list-style: none; margin: 0; padding: 0; }
    .sheet { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 1.5rem; padding: .875rem 0; border-top: 1px solid var(--line); }
    .sheet ol { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: .5rem; }
    .sheet:has(.fields) { grid-template-columns: 11rem minmax(0, 1fr); }
    .sheet ol:has(.fields) { grid-template-columns: repeat(4, minmax(0, 1fr)); }
    .sample { margin: 0; min-width: 0; }
    .face { aspect-ratio: 1; background: var(--soft); border-radius: 5px; overflow: hidden; display: grid; place-items: center; }
    .face img { width: 100%; height: 100%; object-fit: contain; display: block; }
    .query .face { outline: 2px solid var(--accent); outline-offset: 2px; }
    figcaption { font-size: .75rem; line-height: 1.35; margin-top: .375rem; color: var(--muted); }
    .name { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .name.full { white-space: normal; overflow-wrap: anywhere; color: var(--ink); }
    .tag { display: inline-block; margin-right: .375rem; color: var(--ink); max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
    .tag.differs { color: var(--bad); }
    .tag.warn { color: var(--bad); font-weight: 600; font-size: .8125rem; }
    .note { display: block; font-variant-numeric: tabular-nums; }
    .fields { margin: 0; padding: .375rem; font-size: .6875rem; line-height: 1.3; width: 100%; align-self: start; }
    .fields div { display: flex; justify-content: space-between; gap: .375rem; }
    .fields dt { min-width: 0; color: var(--muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .fields dd { margin: 0; font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
    .faceless { width: 40%; height: 3px; background: var(--line); }
    .groups { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem 2.5rem; }
    .group { border-top: 1px solid var(--line); padding-top: .625rem; }
    .group p { margin: 0; min-height: 1.5rem; }
    .group ol, .wall { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: .75rem; }
    .group ol { grid-template-columns: repeat(3, 1fr); }
    .wall { grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); margin-bottom: 1rem; }
    .more { align-self: center; color: var(--muted); font-size: .8125rem; }
    details { margin-top: 1rem; } summary { cursor: pointer; color: var(--accent); }
    .names { font: .8125rem/1.6 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; list-style: none; margin: .5rem 0 0; padding: .75rem 1rem; background: var(--soft); border-radius: 6px; max-height: 20rem; overflow: auto; overflow-wrap: anywhere; }
    .names bdi { white-space: pre-wrap; }
    .histogram { max-width: 44rem; margin: 1.25rem 0; } .histogram svg { display: block; width: 100%; height: 5.5rem; border-bottom: 1px solid var(--muted); }
    .bar { fill: var(--c10); opacity: .6; } .bar.past { fill: var(--accent); opacity: 1; }
    .limit { stroke: var(--ink); stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }

    .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 2.25rem 2.5rem; margin-top: 1.5rem; }
    .chart { margin: 0; min-width: 0; }
    .chart figcaption { display: grid; grid-template-columns: 1fr auto; font-size: .9375rem; color: var(--ink); margin: 0 0 1rem; }
    .chart strong { font-weight: 600; } .chart output { font-variant-numeric: tabular-nums; color: var(--accent); } .chart small { grid-column: 1 / -1; font-size: .8125rem; }
    .plot { display: grid; grid-template-columns: auto 1fr; gap: .25rem .5rem; font-size: .75rem; color: var(--muted); font-variant-numeric: tabular-nums; }
    .ys { display: flex; flex-direction: column; justify-content: space-between; text-align: right; margin: -.6em 0; line-height: 1.2; min-width: 2.25rem; }
    .area { position: relative; height: 9rem; } .area svg { width: 100%; height: 100%; display: block; overflow: visible; }
    .xs { grid-column: 2; display: flex; justify-content: space-between; color: var(--muted); font-size: .75rem; margin-top: .25rem; font-variant-numeric: tabular-nums; }
    .rule { stroke: var(--line); stroke-width: 1; } .curve { stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; } .dot { stroke: var(--accent); stroke-width: 6; stroke-linecap: round; }
    .line0 { --line-colour: var(--c0); }
    .line1 { --line-colour: var(--c3); }
    .line2 { --line-colour: var(--c2); }
    .line3 { --line-colour: var(--c5); }
    .line4 { --line-colour: var(--c8); }
    .line5 { --line-colour: var(--c1); }
    .line6 { --line-colour: var(--c10); }
    .line7 { --line-colour: var(--c7); }
    .line8 { --line-colour: var(--c4); }
    .labels { max-width: 44rem; margin: 1.5rem 0; } .labels .area { height: 15rem; }
    .labels .curve, .labels .dot, .labels .reach { stroke: var(--line-colour); } .labels .reach { stroke-width: 1; opacity: .6; }
    .labels .legend { list-style: none; padding: 0; gap: .375rem 1rem; font-size: .8125rem; } .labels .legend li::before { content: ""; display: inline-block; width: 1rem; height: 2px; margin-right: .375rem; vertical-align: middle; background: var(--line-colour); }
    .hair { position: absolute; top: 0; bottom: 0; width: 1px; background: var(--muted); pointer-events: none; }
    .bead { position: absolute; width: 9px; height: 9px; margin: -4.5px; border-radius: 50%; background: var(--accent); box-shadow: 0 0 0 2px var(--paper); pointer-events: none; }
    .facts { margin: 0 0 1.5rem; } .facts div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1.5rem; padding: .5rem 0; border-top: 1px solid var(--line); }
    .facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }

    @media (max-width: 46rem) {
      main { padding: 0 1rem 4rem; }
      header { padding-top: 2.5rem; } section { padding-top: 2.75rem; }
      .topic, .facts div { grid-template-columns: 1fr; }
      .tiles { gap: 1rem 2rem; }
      .sheet, .sheet:has(.fields) { grid-template-columns: minmax(0, 1fr); gap: .75rem; } .query { width: 6.5rem; } .query:has(.fields) { width: 11rem; }
      .sheet ol { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .75rem .5rem; }
      .sheet ol:has(.fields) { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      canvas { height: min(30rem, 66vh); }
      .card { left: .5rem !important; right: .5rem; top: auto !important; bottom: .5rem; width: auto; }
      .card .big { float: left; margin: 0 .75rem 0 0; max-width: 5.5rem; }
      .card .strip { clear: both; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    @media print { nav, .tools, .skip { display: none; } }
    """#
}
