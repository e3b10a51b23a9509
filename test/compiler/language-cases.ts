// SPDX-License-Identifier: Apache-2.0
/** Pieces of TypeScript, each an app of its own, and the line that it traces. */

export const LANGUAGE: readonly (readonly [what: string, source: string, expected: string])[] = [
  [
    "enums",
    `enum Level { Low = 1, High, Top = High * 2 } enum Word { A = "a" }
trace(Level.High, Level[2], Level.Top, Word.A, Object.keys(Level).length, "\\n");`,
    "2High4a6",
  ],
  ["a const enum", "const enum C { A = 7, B = A << 1 }\ntrace(C.A + C.B, '\\n');", "21"],
  [
    "generics, overloads and satisfies",
    `function first(x: string): string; function first<T>(x: T[]): T;
function first(x: any) { return x[0]; }
const table = { a: 1, b: 2 } satisfies Record<string, number>;
trace(first<number>([5]), first("xy"), table.b as number, (<number>table.a), "\\n");`,
    "5x21",
  ],
  [
    "abstract classes and parameter properties",
    `abstract class Shape { constructor(protected readonly side: number, public name = "s") {} abstract area(): number;
  toString() { return this.name + this.area(); } }
class Square extends Shape { override area() { return this.side ** 2; } }
trace(String(new Square(3)), "\\n");`,
    "s9",
  ],
  [
    "namespaces",
    `namespace Geo { export const pi = 3; export namespace Inner { export function twice(x: number) { return x * 2 + pi; } } }
namespace Geo { export const more = pi + 1; }
trace(Geo.Inner.twice(4), Geo.more, "\\n");`,
    "114",
  ],
  [
    "class fields, statics and static blocks",
    `const k = "z1"; class A { static made = 0; static table: number[]; x = 1; y = this.x + 1; [k] = 3; declare w: number; q?: number;
  static { A.table = [A.made, 2]; } static #secret = 5; static secret() { return A.#secret; } }
class B extends A { override x = 10; static override made = 7; }
trace(A.table.join(), A.secret(), new B().y, new B().x, B.made, Object.keys(new A()).join(), "\\n");`,
    "0,252107x,y,z1,q",
  ],
  [
    "private methods, accessors and brand checks",
    `class P { #v = 1; #twice() { return this.#v * 2; } get #half() { return this.#v / 2; } set #half(h) { this.#v = h * 2; }
  static #count = 0; static #bump() { return ++P.#count; }
  run() { this.#half = 4; P.#bump(); return [this.#twice(), this.#half, P.#bump(), #v in this, P.is({})].join(); }
  static is(x: object) { return #v in x; } }
let refused = ""; try { (P.prototype.run as () => unknown).call({} as any); } catch (e) { refused = (e as Error).constructor.name; }
trace(new P().run(), refused, "\\n");`,
    "16,4,2,true,falseTypeError",
  ],
  [
    "getters, setters and computed names",
    `const k = "key"; const o = { get [k]() { return this.v; }, set [k](x) { this.v = x + 1; }, v: 0, async *[Symbol.asyncIterator]() {} };
o.key = 4; trace(o.key, typeof o[Symbol.asyncIterator], "\\n");`,
    "5function",
  ],
  [
    "async generators and for await",
    `async function* count(n: number) { try { for (let i = 0; i < n; i++) yield i; } finally { trace("f"); } }
let sum = 0; for await (const i of count(9)) { if (i > 3) break; sum += i; }
const all = await Promise.allSettled([Promise.resolve(1), Promise.reject(new Error("e"))]);
trace(sum, all.map((r) => r.status[0]).join(""), "\\n");`,
    "f6fr",
  ],
  [
    "optional chaining, nullish and logical assignment",
    `const o: { a?: { f?: () => number; n?: number | null } } = { a: { n: null } };
o.a!.n ??= 5; o.a!.n &&= o.a!.n + 1; const z: number | null = null as any; let y = 0; y ||= 3;
trace(o.a?.f?.() ?? "none", o.a?.n, o["a"]?.["n"]?.toFixed(1), z ?? "d", y, delete o?.a?.n, "\\n");`,
    "none66.0d3true",
  ],
  [
    "tagged templates, raw strings and their cache",
    `const seen: unknown[] = []; const tag = (t: TemplateStringsArray, ...v: number[]) => { seen.push(t); return t.raw.join("|") + v.join(); };
const again = () => tag\`a\${1}\\n\`; const one = again(); again(); tag\`a\${1}\\n\`;
trace(one, seen[0] === seen[1], seen[0] === seen[2], Object.isFrozen(seen[0]), String.raw\`\\u\`, "\\n");`,
    "a|\\n1truefalsetrue\\u",
  ],
  [
    "bigint",
    `const p = 2n ** 255n - 19n; trace((p % 97n).toString(), BigInt.asUintN(8, -1n).toString(), typeof 1n, 0xffn === 255n, 7n / 2n, "\\n");`,
    "60255biginttrue3",
  ],
  [
    "regular expressions: named groups, lookbehind, sticky, dotAll, unicode, indices",
    String.raw`const m = /(?<y>\d{4})-(?<m>\d\d)/d.exec("on 2024-05")!;
trace(m.groups!.y, m.indices![0]!.join(), "a1b2".replace(/(?<=[a-z])\d/g, "#"), "x$5".replace(/\$(?<n>\d)/, "$<n>!"), /^.$/su.test("\n"), /^.$/u.test("😀"),
  [..."a1b2".matchAll(/[a-z](?!1)/g)].length, "\n");`,
    "20243,10a#b#x5!truetrue1",
  ],
  [
    "labels, switch, do, comma and exponent",
    `let n = 0; outer: for (const i of [1, 2, 3]) { for (let j = 0; ; j++) { if (j === i) continue outer; if (i + j > 4) break outer; n += j; } }
do n++; while (n < 3); switch (n) { case 3: n = -(2 ** 3); default: n--; }
let c = (n++, n--, 2); trace(n, c, "\\n");`,
    "-92",
  ],
  [
    "destructuring, defaults, rest and spread",
    `const f = ({ a = 1, b: { c = 2, ...rest } = { c: 5, d: 6 } as any, ...more }: any = {}, [x, , y = a, ...z]: number[] = [7, 8, 9, 10]) =>
  JSON.stringify([a, c, rest, more, x, y, z]); let p = 1, q = 2; [p, q] = [q, p];
trace(f(), f({ a: 3, e: 4 }), p, { ...{ p }, q }.q, Math.max(...[1, ...new Set([4])]), "\\n");`,
    '[1,5,{"d":6},{},7,9,[10]][3,5,{"d":6},{"e":4},7,9,[10]]214',
  ],
  [
    "closures in loops, generators and delegation",
    `const fs: (() => number)[] = []; for (let i = 0; i < 3; i++) fs.push(() => i);
function* g(): Generator<number, string, number> { const x = yield* inner(); return "r" + x; } function* inner() { const got: number = yield 1; return got; }
const it = g(); it.next(); trace(fs.map((f) => f()).join(""), it.next(5).value, "\\n");`,
    "012r5",
  ],
  [
    "symbols, proxies, Reflect and inheritance from built-ins",
    `class Stack extends Array<number> { get top() { return this.at(-1); } } class Coded extends Error { override readonly name = "Coded"; code = "E1"; }
const s = new Stack(); s.push(4, 5); const p = new Proxy({ a: 1 } as any, { get: (t, k) => Reflect.get(t, k) ?? k });
const e = new Coded("m", { cause: 3 });
trace(s.top, s instanceof Array, p.a, p.zz, String(e), e.code, e.cause as number, e instanceof Coded, "\\n");`,
    "5true1zzCoded: mE13true",
  ],
  [
    "typed arrays, DataView and weak references",
    `const v = new DataView(new ArrayBuffer(8)); v.setFloat32(1, 1.5); v.setBigUint64(0, 1n); const w = new WeakMap([[v, 1]]); const r = new WeakRef(v);
trace(v.getUint8(7), Uint8Array.from([3, 1, 2]).sort().join(), w.get(v), r.deref() === v, Object.hasOwn({ a: 1 }, "a"), [1, [2, [3]]].flat(2).length, "\\n");`,
    "11,2,31truetrue3",
  ],
  [
    "assertion functions, type guards and unique symbols",
    `function assertText(x: unknown): asserts x is string { if (typeof x !== "string") throw new TypeError("no text"); }
const isN = (x: unknown): x is number => typeof x === "number"; declare const brand: unique symbol; type Id = string & { [brand]?: 1 };
const x: unknown = "abc"; assertText(x); const id: Id = x; trace(id.length, isN(x), "\\n");`,
    "3false",
  ],
  [
    "top-level await, also in try and in a class's static field",
    `let caught = ""; try { await Promise.reject(new Error("no")); } catch { caught = "c"; } finally { caught += "f"; }
class A { static v = 5; } const { default: t } = await import("timer"); trace(caught, A.v, typeof t, "\\n");`,
    "cf5function",
  ],
  [
    "import.meta, which is an object of the module's own and names no place",
    `const meta: object = import.meta; trace(JSON.stringify(meta), meta === import.meta, "\\n");`,
    '{"uri":"main"}true',
  ],
  [
    "jobs in their order",
    `import Timer from "timer"; const order: string[] = []; Timer.set(() => { order.push("t"); trace(order.join(""), "\\n"); }, 0);
queue("a"); async function queue(n: string) { order.push(n); await null; order.push(n.toUpperCase()); } Promise.resolve().then(() => order.push("p")); order.push("m");`,
    "amApt",
  ],
  [
    "non-ASCII text and names",
    `const größe = "für 😀 \\u{1F600} 日本"; const o = { ключ: 1, "a\\u0000b": 2 }; trace(größe, o.ключ, Object.keys(o)[1]!.length, "\\n");`,
    "für 😀 😀 日本13",
  ],
  [
    "decorators, lowered by TypeScript",
    `const log: string[] = []; function noted(_value: unknown, context: { name: string | symbol | undefined }) { log.push(String(context.name)); }
const twice = (method: (this: A, n: number) => number, _c: ClassMethodDecoratorContext) => function (this: A, n: number) { return method.call(this, n) * 2; };
@noted class A { @noted x = 1; @twice m(n: number) { return n + this.x; } }
trace(log.join(), new A().m(4), "\\n");`,
    "x,A10",
  ],
  [
    "new.target, arguments, getter on super and Symbol.species",
    `class A { get v() { return 1; } m() { return arguments.length; } static make() { return new this(); } kind: string; constructor() { this.kind = new.target.name; } }
class B extends A { override get v() { return super.v + 1; } override m() { return super.m.apply(this, arguments as any) * 2; } }
const b = B.make() as B; trace(b.v, (b.m as any)(1, 2), b.kind, "\\n");`,
    "24B",
  ],
];
