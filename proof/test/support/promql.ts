// Parses Prometheus expressions by its own grammar, and lists the series that the services really export. Nothing here
// lists a metric.
import { parser } from '@prometheus-io/lezer-promql';
import { knownMetrics } from '../../../infra/docs/known-metrics.ts';

const PROMETHEUS_LABELS = ['job', 'instance'];

/** Returns label names by series; a histogram has three series. */
export function knownSeries(): Map<string, readonly string[]> {
  const series = new Map<string, readonly string[]>([['up', PROMETHEUS_LABELS]]);
  for (const { own, ofProcess } of knownMetrics().values()) {
    for (const { name, type, labelNames } of [...own, ...ofProcess]) {
      series.set(name, labelNames);
      if (type === 'histogram')
        for (const end of ['_bucket', '_sum', '_count']) series.set(name + end, [...labelNames, 'le']);
    }
  }
  return series;
}

export interface Selector {
  readonly metric: string;
  readonly labels: readonly { readonly name: string; readonly value: string }[];
}

/** Returns the selectors of an expression; throws at a syntax error of Prometheus' grammar. */
export function selectorsOf(expr: string): Selector[] {
  const found: { metric: string; labels: { name: string; value: string }[] }[] = [];
  parser.parse(expr).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`syntax error at ${from}: ${expr.slice(Math.max(0, from - 20), to + 20)}`);
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        found.push({ metric: name === null ? '' : expr.slice(name.from, name.to), labels: [] });
      }
      if (type.name === 'UnquotedLabelMatcher') {
        const [label, value] = [node.getChild('LabelName'), node.getChild('StringLiteral')];
        if (label === null || value === null) throw new Error('a matcher must have a name and a value');
        const text = expr.slice(value.from + 1, value.to - 1);
        found.at(-1)?.labels.push({ name: expr.slice(label.from, label.to), value: text });
      }
    },
  });
  return found;
}

/**
 * Returns the errors in a valid expression: metrics that no service exports, and labels, in matchers or after `by`,
 * that the metric does not have.
 */
export function unknownNames(expr: string, series: ReadonlyMap<string, readonly string[]>): string[] {
  const selectors = selectorsOf(expr);
  const faults = selectors.flatMap(({ metric, labels }) => {
    const known = series.get(metric);
    if (known === undefined) return [`${metric} is in no service`];
    return labels.filter(({ name }) => !known.includes(name)).map(({ name }) => `${metric} has no label ${name}`);
  });
  parser.parse(expr).iterate({
    enter({ type, node }) {
      if (type.name !== 'AggregateExpr') return;
      const modifier = node.getChild('AggregateModifier')?.getChild('GroupingLabels');
      const names = modifier?.getChildren('LabelName').map(({ from, to }) => expr.slice(from, to)) ?? [];
      for (const { metric } of selectorsOf(expr.slice(node.from, node.to)))
        for (const name of names)
          if (![...(series.get(metric) ?? []), ...PROMETHEUS_LABELS].includes(name))
            faults.push(`${metric} has no label ${name} to be summed by`);
    },
  });
  return faults;
}

/** Returns the labels that the result of an expression has or may have, which a text about it can name. */
export function labelsOf(expr: string, series: ReadonlyMap<string, readonly string[]>): Set<string> {
  const outer = parser.parse(expr).topNode;
  const labels = new Set<string>();
  const visit = (node: typeof outer): void => {
    if (node.name === 'AggregateExpr') {
      const op = node.getChild('AggregateOp');
      const keepsLabels = op !== null && /^(?:topk|bottomk)$/.test(expr.slice(op.from, op.to));
      const names = node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
      for (const { from, to } of names) labels.add(expr.slice(from, to));
      if (!keepsLabels) return;
    }
    if (node.name === 'VectorSelector') {
      const [selector] = selectorsOf(expr.slice(node.from, node.to));
      for (const name of [...(series.get(selector?.metric ?? '') ?? []), ...PROMETHEUS_LABELS]) labels.add(name);
    }
    for (let child = node.firstChild; child !== null; child = child.nextSibling) visit(child);
  };
  visit(outer);
  return labels;
}
