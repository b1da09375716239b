// SPDX-License-Identifier: GPL-3.0-or-later
// Search and filter on the pages that have a form for it.  Everything works without this script.
"use strict";

(function () {
  const form = document.querySelector("form.filter");
  if (!form) {
    return;
  }
  const groups = Array.from(document.querySelectorAll("section.group"), (section) => ({
    section,
    rows: Array.from(section.querySelectorAll("tr.series"), (row) => ({
      row,
      text: row.textContent.toLowerCase(),
      verdict: row.dataset.verdict,
      waits: row.dataset.waits.split(" "),
    })),
  }));
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const found = form.querySelector(".found");
  const nothing = document.querySelector(".nothing");
  const fields = ["q", "verdict", "waits"];

  function wanted() {
    return {
      words: form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean),
      verdict: form.elements.verdict.value,
      waits: form.elements.waits.value,
    };
  }

  function apply() {
    const { words, verdict, waits } = wanted();
    let shown = 0;
    for (const { section, rows } of groups) {
      let here = 0;
      for (const { row, text, verdict: its, waits: whose } of rows) {
        const fits = (!verdict || its === verdict) && (!waits || whose.includes(waits)) &&
          words.every((word) => text.includes(word));
        row.hidden = !fits;
        here += fits ? 1 : 0;
      }
      section.hidden = here === 0;
      shown += here;
    }
    nothing.hidden = shown > 0;
    found.textContent = shown === total ? `All ${total} shown` : `${shown} of ${total} shown`;
  }

  // The choice stands in the address, so that it can be bookmarked and survives going back.
  function remember() {
    const address = new URL(window.location.href);
    for (const name of fields) {
      const value = form.elements[name].value;
      if (value) {
        address.searchParams.set(name, value);
      } else {
        address.searchParams.delete(name);
      }
    }
    window.history.replaceState(null, "", address);
  }

  function recall() {
    const chosen = new URL(window.location.href).searchParams;
    for (const name of fields) {
      const value = chosen.get(name) || "";
      const field = form.elements[name];
      field.value = value;
      if (field.value !== value) {
        field.value = "";
      }
    }
  }

  function changed() {
    apply();
    remember();
  }

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => window.setTimeout(changed));
  recall();
  form.hidden = false;
  apply();
})();
