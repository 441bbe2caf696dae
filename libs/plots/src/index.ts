export type {
  Axis,
  BarsMark,
  Better,
  Colour,
  Field,
  Figure,
  FrontMark,
  HeatMark,
  HistogramMark,
  LineMark,
  Mark,
  Panel,
  Point,
  RuleMark,
  ScatterMark,
  Series,
  Size,
} from './figure.js';
export { histogram } from './marks/histogram.js';
export { paretoFront } from './pareto.js';
export { renderFigure } from './render.js';
export { renderReport } from './report.js';
export type { Report, ReportBlock, ReportColumn, ReportSection } from './report.js';
