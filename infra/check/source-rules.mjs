import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import ts from 'typescript';
import { treeFiles } from './files.mjs';

/**
 * House rules that need a parser. Each finding is one line with place, fault and remedy.
 *  1. `src/core/` and `src/MODULE/core/` are pure: no clock, no randomness, no process, no timers, no console, no
 *     waiting.
 *  2. Nothing is swallowed: no catch block without a statement, no `.catch(() => {})`. In Node, where an unhandled
 *     rejection ends the process, a promise that no code awaits (`void x.then(f)`, `x.then(f);`) handles its failure.
 *  3. No test is skipped, focused or a todo. Outside of test files no hook is at the top level: several files share a
 *     process, and the hook would belong to the first of them.
 *  4. No comment disables the type checker.
 *  5. Services name kinds of nodes by `nodeKind` of protocol, so that all uses of a kind are found.
 *  6. No `...{ a, b }` in an object, which only keeps several fields on one line.
 *  7. The api begins transactions only by `transact`, which runs the effects of a commit. Backups have no such effects.
 *  8. A double (`scripted-*.ts`) passes a contract suite: an importer has `contract` in its name, imports such a file,
 *     or is a double itself.
 */

/** Doubles without a contract suite yet. */
const WITHOUT_CONTRACT = /^(files\/receiver\/.*cloud|product\/web\/.*(traffic|element|places))\.ts$/;

/** Names of the environment that a decision must get as arguments. */
const IMPURE_NAMES = new Map([
  ['process', 'take configuration as an argument'],
  ['performance', 'take nowMs as an argument'],
  ['setTimeout', 'return an effect that asks for a timer'],
  ['setInterval', 'return an effect that asks for a timer'],
  ['setImmediate', 'return an effect'],
  ['queueMicrotask', 'return an effect'],
  ['console', 'return what is worth logging'],
  ['fetch', 'return an effect'],
  ['crypto', 'take ids and random numbers as arguments'],
  ['Promise', 'core does not wait; adapters and app.ts do'],
]);

/**
 * Kinds as certificates name them. Gateways and recorders are kinds of participants too, and code is linked with a
 * library, so those words are allowed.
 */
const NODE_KINDS = new Set(['scheduler', 'sfu', 'signaling', 'edge-probe']);
const COMPARISONS = new Set([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken]);

const TEST_FUNCTIONS = new Set(['it', 'test', 'describe', 'suite', 'bench']);
const LEAVING_OUT = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails']);
const HOOKS = new Set(['beforeAll', 'beforeEach', 'afterAll', 'afterEach']);
const LEAVING_OUT_NAMES = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);

/**
 * @param {string} root
 * @returns {string[]}
 */
export function sourceFindings(root) {
  const files = treeFiles(root, (path) => /\.(ts|tsx|mts|mjs|js|cjs)$/.test(path));
  const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  return [...[...texts].flatMap(([path, text]) => findingsIn(path, text)), ...doubleFindings(texts)];
}

/**
 * @param {ReadonlyMap<string, string>} texts by path
 * @returns {string[]}
 */
function doubleFindings(texts) {
  const held = [...texts].flatMap(([from, text]) => {
    const names = [...text.matchAll(/ from '(\.[^']*)'/g)].map(([, name = '']) =>
      posix.join(posix.dirname(from), name),
    );
    const holds =
      /contract|^scripted-/.test(basename(from)) || names.some((name) => basename(name).includes('contract'));
    return holds ? names : [];
  });
  return [...texts.keys()]
    .filter((path) => /^scripted-.*\.ts$/.test(basename(path)) && !WITHOUT_CONTRACT.test(path) && !held.includes(path))
    .map((path) => `${path}: no contract suite runs it and the real thing (STYLE.md, Tests)`);
}

/**
 * @param {string} path relative to the tree, with forward slashes
 * @param {string} text
 * @returns {string[]}
 */
export function findingsIn(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const core = /^(?:[^/]+\/){1,2}src\/([^/]+\/)?core(\/|\.ts$)/.test(path);
  const test = /\.test\.tsx?$/.test(path);
  const page = /^(sdk-web|product\/web)\/src\//.test(path);
  const begins = /^product\/api\/src\//.test(path) && !/^product\/api\/src\/(store|backup)\//.test(path);
  const service = !page && /^(?:[^/]+\/){1,2}src\//.test(path);
  /** @type {string[]} */
  const findings = [];
  const report = (/** @type {ts.Node} */ node, /** @type {string} */ text) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    findings.push(`${path}:${line + 1} ${text}`);
  };
  const visit = (/** @type {ts.Node} */ node) => {
    const complaint =
      swallowed(node) ??
      spreadLiteral(node) ??
      (page ? undefined : unhandled(node)) ??
      (core ? impure(node) : undefined) ??
      (service ? spelledKind(node) : undefined) ??
      (begins ? ownTransaction(node) : undefined) ??
      (test ? leftOut(node) : hookAtTop(node));
    if (complaint !== undefined) report(node, complaint);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const match of text.matchAll(/^.*(?:\/\/|\/\*)\s*@ts-(?:ignore|nocheck).*$/gm)) {
    const line = text.slice(0, match.index).split('\n').length;
    findings.push(`${path}:${line} @ts-ignore and @ts-nocheck hide every error: give the value its type`);
  }
  return findings;
}

/** @param {ts.Node} node */
function swallowed(node) {
  if (ts.isCatchClause(node) && node.block.statements.length === 0) {
    return 'empty catch: handle the expected case by name and throw the rest';
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const handler = node.arguments[0];
  if (node.expression.name.text !== 'catch' || handler === undefined) return undefined;
  const isFunction = ts.isArrowFunction(handler) || ts.isFunctionExpression(handler);
  if (!isFunction || !ts.isBlock(handler.body) || handler.body.statements.length > 0) return undefined;
  return 'a catch handler that does nothing: handle the expected case by name and throw the rest';
}

/** @param {ts.Node} node */
function spreadLiteral(node) {
  if (!ts.isSpreadAssignment(node) || !ts.isObjectLiteralExpression(node.expression)) return undefined;
  return 'an object literal that is spread into another: write its fields there';
}

/** Finds `.then` with one handler at the end of a discarded chain. @param {ts.Node} node */
function unhandled(node) {
  if (!ts.isVoidExpression(node) && !ts.isExpressionStatement(node)) return undefined;
  let last = node.expression;
  // `.finally` passes a rejection on, so the step before it counts.
  while (methodOf(last) === 'finally') last = receiverOf(last);
  if (methodOf(last) !== 'then' || !ts.isCallExpression(last) || last.arguments.length !== 1) return undefined;
  return 'a promise that no code waits for: give then a second handler, or end the chain with catch';
}

/** Returns the name of the called method. @param {ts.Expression} node */
function methodOf(node) {
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
    ? node.expression.name.text
    : undefined;
}

/** Returns the object of a method call. @param {ts.Expression} node @returns {ts.Expression} */
function receiverOf(node) {
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
    ? node.expression.expression
    : node;
}

/** @param {ts.Node} node */
function impure(node) {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async in core: what waits belongs into adapters or app.ts';
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) {
    return 'await in core: what waits belongs into adapters or app.ts';
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${node.name.text}`;
    if (name === 'Date.now') return 'Date.now in core: take nowMs as an argument';
    if (name === 'Math.random') return 'Math.random in core: take the random source as an argument';
  }
  if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
    if (node.expression.text === 'Date' && (node.arguments?.length ?? 0) === 0)
      return 'new Date() in core: take nowMs as an argument';
  }
  if (ts.isIdentifier(node) && isReference(node)) {
    const way = IMPURE_NAMES.get(node.text);
    if (way !== undefined) return `${node.text} in core: ${way}`;
    if (node.text === 'globalThis') return 'globalThis in core: take what is needed as an argument';
  }
  return undefined;
}

/**
 * Returns false for an equal name in another role: a property, a key, a label of an import. @param {ts.Identifier} node
 */
function isReference(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if (ts.isQualifiedName(parent) && parent.right === node) return false;
  const named = ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent);
  const method = ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent);
  if ((named || method) && parent.name === node) return false;
  return !(ts.isBindingElement(parent) && parent.propertyName === node);
}

/** Finds a quoted kind of node that is compared with a variable named like a kind. @param {ts.Node} node */
function spelledKind(node) {
  if (!ts.isBinaryExpression(node) || !COMPARISONS.has(node.operatorToken.kind)) return undefined;
  const { left, right } = node;
  const name = ts.isPropertyAccessExpression(left) ? left.name.text : ts.isIdentifier(left) ? left.text : '';
  if (name !== 'kind' || !ts.isStringLiteral(right) || !NODE_KINDS.has(right.text)) return undefined;
  return `a kind of node in quotes ('${right.text}'): compare with nodeKind of protocol`;
}

/** @param {ts.Node} node */
function ownTransaction(node) {
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const { text } = node.name;
  if (text !== 'transaction' && text !== 'startTransaction') return undefined;
  return `.${text} in the api: begin it by transact of store/transaction.ts, so that its effects run`;
}

/** @param {ts.Node} node */
function leftOut(node) {
  if (ts.isPropertyAccessExpression(node) && LEAVING_OUT.has(node.name.text)) {
    let root = node.expression;
    while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) root = root.expression;
    if (ts.isIdentifier(root) && TEST_FUNCTIONS.has(root.text))
      return `${root.text}.${node.name.text}: a tier that cannot run fails, nothing is left out`;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && LEAVING_OUT_NAMES.has(node.expression.text)) {
    return `${node.expression.text}: a tier that cannot run fails, nothing is left out`;
  }
  return undefined;
}

/** @param {ts.Node} node */
function hookAtTop(node) {
  if (!ts.isExpressionStatement(node) || !ts.isSourceFile(node.parent) || !ts.isCallExpression(node.expression)) return;
  const { expression } = node.expression;
  if (!ts.isIdentifier(expression) || !HOOKS.has(expression.text)) return;
  return `${expression.text} of a file without tests: put it into a function that test files call`;
}
