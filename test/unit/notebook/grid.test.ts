import { describe, expect, test } from 'vitest';
import { gridPoints, gridSuffix } from '../../../src/notebook/grid.ts';

const words = (options: readonly string[]) => gridPoints(options).map(point => point.words.join(' '));

test('without a grid there is one run', () => {
  expect(gridPoints([])).toEqual([{ parameters: new Map(), words: [] }]);
});

test('every value meets every other, the last option fastest', () => {
  expect(words(['lr=0.1,0.01', 'bs=8,16'])).toEqual(['lr=0.1 bs=8', 'lr=0.1 bs=16', 'lr=0.01 bs=8', 'lr=0.01 bs=16']);
});

test('values are what they are for `-p`', () => {
  const points = gridPoints(['x=0.5,3,True,None,adam']);
  expect(points.map(({ parameters }) => parameters.get('x'))).toEqual([0.5, 3, true, null, 'adam']);
});

test('commas in brackets and quotes are part of a value', () => {
  expect(words(['layers=[1,2],[3,4]'])).toEqual(['layers=[1,2]', 'layers=[3,4]']);
  expect(words(['name="a,b",c'])).toEqual(['name="a,b"', 'name=c']);
  expect(words(['x={"a": 1, "b": 2},(1,2)'])).toEqual(['x={"a": 1, "b": 2}', 'x=(1,2)']);
  expect(words(['emoji=🚀,é'])).toEqual(['emoji=🚀', 'emoji=é']);
});

test('a value that stands there twice counts once', () => {
  expect(words(['lr=1,2,1'])).toEqual(['lr=1', 'lr=2']);
});

describe('refused', () => {
  test.each([
    ['lr', 'has no values'],
    ['lr=', 'has no values'],
    ['lr=1,,2', 'has an empty value'],
    ['1x=2', 'no name of a variable'],
  ])('%s', (option, why) => {
    expect(() => gridPoints([option])).toThrow(why);
  });

  test('the same name in two options', () => {
    expect(() => gridPoints(['a=1', 'b=2', 'a=3'])).toThrow('`--grid` names `a` twice');
  });
});

test.each([
  [['lr=0.1', 'bs=8'], 'lr=0.1.bs=8'],
  [['opt=sgd/nesterov', 'path=../x'], 'opt=sgd_nesterov.path=.._x'],
  [['n=日本語 x'], 'n=日本語_x'],
  [['e=1e-05'], 'e=1e-05'],
])('%j in a file name is %s', (parts, name) => {
  expect(gridSuffix(parts)).toBe(name);
});
