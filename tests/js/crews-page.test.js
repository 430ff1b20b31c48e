import assert from "node:assert/strict";
import { test } from "node:test";

import { concernsCrews } from "../../static/js/crews-page.js";

test("crews that come and go, their steps and a fresh state renew the list; places and reports don't", () => {
  assert.ok(concernsCrews({ type: "presence", crews: [] }));
  assert.ok(concernsCrews({ type: "event", kind: "crew.off_duty" }));
  assert.ok(concernsCrews({ type: "event", kind: "job.started" }));
  assert.ok(concernsCrews({ type: "event", kind: "snapshot" }));
  assert.ok(!concernsCrews({ type: "positions", crews: [] }));
  assert.ok(!concernsCrews({ type: "event", kind: "report.received" }));
});
