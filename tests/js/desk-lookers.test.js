import assert from "node:assert/strict";
import { test } from "node:test";

import { sayLookers } from "../../static/js/desk-lookers.js";

const WORDS = { looks: "{names} has it.", look: "{names} have it.", writes: "{names} writes.", write: "{names} write." };
const looker = (id, name, report = "K7Q3MX", writing = false) => ({ id, person: name, name, report, writing });
const said = (...lookers) => sayLookers(lookers, "K7Q3MX", "Me", WORDS);

test("others at the same report are named, oneself and those elsewhere are not", () => {
  assert.equal(said(looker("1", "Me"), looker("2", "Maria", "OTHER1")), "");
  assert.equal(said(looker("1", "Me"), looker("2", "Maria")), "Maria has it.");
  assert.equal(said(looker("2", "Maria"), looker("3", "Ivan")), "Maria and Ivan have it.");
  assert.equal(sayLookers([looker("2", "Maria", "")], "", "Me", WORDS), "");
});

test("somebody with two windows counts once, and writes if one of them does", () => {
  assert.equal(said(looker("1", "Maria", "K7Q3MX", true), looker("2", "Maria")), "Maria writes.");
  assert.equal(said(looker("1", "Maria"), looker("2", "Maria", "K7Q3MX", true), looker("3", "Ivan")), "Maria writes. Ivan has it.");
});
