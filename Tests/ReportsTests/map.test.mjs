// The functions of the report's map that need no page: node --test Tests/ReportsTests/map.test.mjs
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import vm from 'node:vm';

const source = readFileSync(new URL('../../Sources/Reports/Resources/map.js', import.meta.url), 'utf8');
const {mixed, fifth, grouped, unitOf, placed, zoomed, nearest, ahead, matching, eased} =
  vm.runInThisContext(`(() => {${source}\nreturn mapFunctions; })()`, {filename: 'map.js'});

const close = (actual, expected) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${actual} is not ${expected}`));
};

test('colours are mixed by part', () => {
  assert.equal(mixed('#000000', '#ff8040', 0), 'rgb(0 0 0)');
  assert.equal(mixed('#000000', '#ff8040', 1), 'rgb(255 128 64)');
  assert.equal(mixed('#102030', '#304050', 0.5), 'rgb(32 48 64)');
});

test('every rank belongs to a fifth', () => {
  assert.deepEqual([0, 0.19, 0.2, 0.5, 0.99, 1].map(fifth), [0, 0, 1, 2, 4, 4]);
});

test('up to ten labels keep their order and names', () => {
  const {groups, groupOf} = grouped([1, 0, 1, -1, 3], ['a', 'b', 'absent', 'd']);
  assert.deepEqual(groups, [
    {name: 'a', colour: 0}, {name: 'b', colour: 1}, {name: 'd', colour: 2}, {name: 'no label', colour: 10}]);
  assert.deepEqual(groupOf, [1, 0, 1, 3, 2]);
});

test('of more than ten labels, the rare ones share a group', () => {
  const names = Array.from({length: 12}, (_, i) => `label ${i}`);
  // Label i occurs i + 1 times.
  const values = names.flatMap((_, i) => Array(i + 1).fill(i)).concat([-1]);
  const {groups, groupOf} = grouped(values, names);
  assert.deepEqual(groups.map((group) => group.name),
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((i) => `label ${i}`).concat(['other labels', 'no label']));
  assert.ok(groupOf.every((group) => group >= 0 && group < groups.length));
  const sizes = groups.map((_, i) => groupOf.filter((group) => group === i).length);
  assert.deepEqual(sizes, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 3, 1]);
});

test('without labels there is one group, without samples none', () => {
  assert.deepEqual(grouped([-1, -1], []), {groups: [{name: 'no label', colour: 10}], groupOf: [0, 0]});
  assert.deepEqual(grouped([], ['a']), {groups: [], groupOf: []});
});

test('the middle of the view is in the middle of the screen, and up is up', () => {
  const view = {x: 0.25, y: -0.5, scale: 2};
  assert.equal(unitOf(view, 400, 300), 282);
  close(placed(0.25, -0.5, view, 400, 300), [200, 150]);
  close(placed(1.25, 0.5, view, 400, 300), [482, -132]);
});

test('what is under the pointer stays there when one zooms', () => {
  const view = {x: 0.1, y: 0.2, scale: 3};
  for (const factor of [0.1, 0.7, 1, 1.5, 1000]) {
    const after = zoomed(view, factor, 31, 222, 400, 300);
    assert.ok(after.scale >= 0.5 && after.scale <= 60);
    const unit = unitOf(view, 400, 300);
    const under = [view.x + (31 - 200) / unit, view.y - (222 - 150) / unit];
    close(placed(...under, after, 400, 300), [31, 222]);
  }
  close(Object.values(zoomed(view, 1, 31, 222, 400, 300)), [0.1, 0.2, 3]);
});

const points = [[10, 10], [20, 10], [10, 40], [90, 15], [21, 10]];
const onScreen = (i) => points[i];

test('the pointer finds the nearest point within its reach', () => {
  assert.equal(nearest([0, 1, 2, 3], onScreen, 17, 11, 14), 1);
  assert.equal(nearest([0, 2, 3], onScreen, 17, 11, 14), 0);
  assert.equal(nearest([2, 3], onScreen, 17, 11, 14), -1);
  assert.equal(nearest([], onScreen, 17, 11, Infinity), -1);
});

test('an arrow leads to the next point in its direction', () => {
  assert.equal(ahead([1, 2, 3, 4], onScreen, points[0], 1, 0), 1);
  assert.equal(ahead([0, 2, 3, 4], onScreen, points[1], 1, 0), 4);
  assert.equal(ahead([1, 2, 3, 4], onScreen, points[0], 0, 1), 2);
  assert.equal(ahead([1, 2, 3, 4], onScreen, points[0], -1, 0), -1);
  // Points that lie upon each other have no direction.
  assert.equal(ahead([0], onScreen, points[0], 1, 0), -1);
});

test('names are found in upper and lower case, and typed signs are no pattern', () => {
  assert.deepEqual(matching(['a/Cat.png', 'dog.png', 'CATALOGUE'], ' cat '), new Set([0, 2]));
  assert.deepEqual(matching(['a.b', 'axb', '('], '.'), new Set([0]));
  assert.deepEqual(matching(['a', '('], '('), new Set([1]));
  assert.equal(matching(['a'], '  '), null);
});

test('a movement begins at 0 and ends at 1', () => {
  assert.deepEqual([-1, 0, 0.5, 1, 2].map(eased), [0, 0, 0.5, 1, 1]);
  assert.ok(eased(0.1) < 0.1 && eased(0.9) > 0.9);
});
