"use strict";
(function () {
  const result = JSON.parse(document.getElementById("result").textContent);
  const at = (id) => document.getElementById(id);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue("--" + name).trim();
  const ink = getComputedStyle(document.body).color;
  let charts = 0;

  function element(tag, text, kind) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  // Numbers stay the texts that they are; only their groups are marked.
  function shown(value) {
    const text = String(value);
    const parts = text.split(".");
    return parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, " ") + (parts[1] === undefined ? "" : "." + parts[1]);
  }

  const differs = (figure) => Number(figure.difference) !== 0;

  function difference(figure) {
    const sign = Number(figure.difference) > 0 ? "+" : "";
    return sign + shown(figure.difference) + (differs(figure) ? " (" + (figure.percent === null ? "new" : figure.percent + "%") + ")" : "");
  }

  function cells(row, figure) {
    row.append(element("td", shown(figure.before), "n"), element("td", shown(figure.after), "n"));
    row.append(element("td", difference(figure), "n " + (Number(figure.difference) > 0 ? "more" : differs(figure) ? "less" : "")));
    if (!differs(figure)) row.className = "same";
  }

  function table(place, titles, rows) {
    if (!rows.length) {
      place.append(element("p", "None."));
      return;
    }
    const made = element("table"), head = element("tr");
    titles.concat(["before", "after", "difference"]).forEach((title, i) => head.append(element("th", title, i < titles.length ? "" : "n")));
    made.append(head);
    for (const [texts, figure] of rows) {
      const row = element("tr");
      texts.forEach((text) => row.append(element("td", text)));
      cells(row, figure);
      made.append(row);
    }
    place.append(made);
  }

  function chart(place, title, x, series, options) {
    place.replaceChildren();
    const axis = { stroke: ink, grid: { stroke: "#8883" }, ticks: { stroke: "#8883" } };
    const made = new uPlot({
      title, width: Math.max(320, place.clientWidth || 1000), height: 260, scales: { x: options.labels ? { time: false, range: [-0.5, x.length - 0.5] } : { time: true } },
      axes: [Object.assign({}, axis, options.labels ? { splits: x, values: (_, at) => at.map((i) => options.labels[i] || "") } : {}),
             Object.assign({ size: 70 }, axis)],
      series: [options.labels ? { label: options.of, value: (_, i) => (i === null ? "" : options.labels[i]) } : {}].concat(series.map((s) => ({
        label: s.label, stroke: s.colour, width: s.bars ? 0 : 2, fill: s.bars ? s.colour + "b0" : undefined,
        paths: s.bars ? uPlot.paths.bars({ size: [0.42, 60], align: s.align || 0 }) : undefined, points: { show: !s.bars && x.length < 40 },
      }))),
    }, [x].concat(series.map((s) => s.values)), place);
    charts += 1;
    return made;
  }

  // ---- over time
  function drawTime() {
    const time = result.over_time;
    if (!time) {
      at("time").replaceChildren(element("p", "Nothing was issued, spent or expired."));
      return;
    }
    const flow = at("flow").value, account = time.accounts.find((a) => a.account === at("account").value);
    const x = time.from.map((day) => Date.parse(day + "T00:00:00Z") / 1000);
    const before = account[flow].before.map(Number), after = account[flow].after.map(Number);
    chart(at("time"), flow + " by " + time.unit, x, [
      { label: "before", colour: colour("before"), values: before }, { label: "after", colour: colour("after"), values: after }], {});
    chart(at("time-difference"), "difference by " + time.unit, x, [
      { label: "after less before", colour: colour("after"), bars: true, values: after.map((value, i) => value - before[i]) }], {});
  }

  function drawDistribution() {
    const d = result.distribution, edges = d.issued_from;
    const labels = edges.map((edge, i) => (i + 1 < edges.length && edges[i + 1] - edge > 1 ? edge + "–" + (edges[i + 1] - 1) :
      i + 1 < edges.length ? String(edge) : edge + "+"));
    const x = edges.map((_, i) => i);
    chart(at("distribution"), "members by points issued to them", x, [
      { label: "before", colour: colour("before"), bars: true, align: -1, values: d.before },
      { label: "after", colour: colour("after"), bars: true, align: 1, values: d.after }], { labels, of: "points" });
    chart(at("change"), "members by the difference", x, [
      { label: "less than before", colour: colour("less"), bars: true, align: -1, values: d.less },
      { label: "more than before", colour: colour("more"), bars: true, align: 1, values: d.more }], { labels, of: "points" });
  }

  // ---- texts and tables
  function lead() {
    const names = result.programs.map((p) => p.program + (p.in_place_of.length ? " in place of " + p.in_place_of.join(", ") : ", new"));
    at("title").textContent = "Backtest: " + result.programs.map((p) => p.program).join(", ");
    document.title = at("title").textContent;
    at("lead").textContent = names.join("; ") + ". " + shown(result.records) + " records, " + shown(result.members) + " members, " +
      shown(result.differing_members) + " of them differ. " + result.notes[0];
    for (const gate of result.fail_if) {
      const box = element("div", null, "gate" + (gate.holds ? " holds" : ""));
      box.append(element("strong", (gate.holds ? "Holds: " : "Does not hold: ") + gate.condition));
      box.append(element("div", gate.problem || shown(gate.measured.before) + " before, " + shown(gate.measured.after) + " after, " +
        difference(gate.measured)));
      at("gates").append(box);
    }
    for (const note of result.notes) at("notes").append(element("li", note));
  }

  function tables() {
    const flows = ["issued", "spent", "expired", "reversed", "adjusted", "outstanding"];
    const rows = [];
    for (const a of result.accounts)
      for (const flow of flows)
        if (flow === "issued" || Number(a[flow].before) || Number(a[flow].after)) rows.push([[a.account, flow], a[flow]]);
    table(at("points"), ["account", "points"], rows);
    const cost = result.cost;
    at("cost").textContent = "Cost of the change, less what returns took back: " + shown(cost.points.difference) + " points" +
      (cost.money === null ? "." : " = " + shown(cost.money) + " " + cost.currency + " at " + cost.point_value + " a point.");
    const rules = [];
    for (const r of result.rules) {
      rules.push([[r.level || "", r.behavior, r.rule || "", "times"], r.met]);
      for (const [account, figure] of Object.entries(r.given)) rules.push([["", "", "", account], figure]);
    }
    table(at("rules"), ["level", "behavior", "rule", ""], rules);
    table(at("levels"), ["program", "level"], result.levels.map((l) => [[l.family, l.level || "(none)"], l.members]));
    table(at("moves"), ["program", "from", "to", "by"],
      result.moves.map((m) => [[m.family, m.from || "(none)", m.to || "(none)", m.cause], m.members]));
    const offers = [];
    for (const o of result.offers) for (const fate of ["issued", "sold", "redeemed", "expired"]) offers.push([[o.offer, fate], o[fate]]);
    table(at("offers"), ["offer", ""], offers);
    table(at("events"), ["events"], Object.entries(result.events).map(([fate, figure]) => [[fate.replace("_", " ")], figure]));
  }

  function outcomes(list) {
    if (list === null) return "nothing";
    return list.map((o) => (o.rule || o.behavior || o.reason) + ": " + shown(o.points) + " " + o.account).join("; ") || "no points";
  }

  function members() {
    if (!result.largest_differences.length) at("members").append(element("p", "Nobody differs."));
    for (const m of result.largest_differences) {
      const box = element("details");
      const levels = Object.values(m.levels).map((l) => (l.before === l.after ? l.after : (l.before || "(none)") + " → " + (l.after || "(none)")));
      box.append(element("summary", m.member + ": issued " + difference(m.issued) + ", outstanding " + difference(m.outstanding) +
        (levels.join("") ? ", " + levels.join(", ") : "")));
      const made = element("table");
      for (const e of m.events) {
        const row = element("tr");
        row.append(element("td", e.source + "/" + e.id), element("td", e.type), element("td", e.time));
        row.append(element("td", "before: " + outcomes(e.before)), element("td", "after: " + outcomes(e.after)));
        made.append(row);
      }
      box.append(made);
      at("members").append(box);
    }
  }

  lead();
  tables();
  members();
  if (result.over_time)
    for (const a of result.over_time.accounts) at("account").append(element("option", a.account));
  at("account").addEventListener("change", drawTime);
  at("flow").addEventListener("change", drawTime);
  drawTime();
  drawDistribution();
  document.body.dataset.charts = String(charts);
})();
