// Runs before anything is painted: the reader's choice of light or dark.
"use strict";

try {
  document.documentElement.dataset.theme = localStorage.getItem("slofuse.theme") || "";
} catch (refused) { /* storage is off */ }
