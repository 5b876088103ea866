/** The part of Plotly's words that figures are written in, and of Plotly that explores them: docs/decisions/0031-own-lines.md. */

declare namespace Plotly {
  interface Line {
    color: string;
    width: number;
    dash: string;
  }

  interface Font {
    family: string;
    color: string;
    size: number;
  }

  /** One look for all points of a line, or one for each. */
  interface Marker {
    color?: string | string[];
    symbol?: string | string[];
    size?: number | number[];
    opacity?: number | number[];
  }

  interface Trace {
    type: "scatter";
    mode: string;
    name: string;
    x: (number | undefined)[];
    y: (number | null)[];
    line?: Line;
    marker: Marker;
    opacity?: number;
    /** Whether a point was measured on a sample. */
    customdata?: boolean[];
    fill?: string;
    fillcolor?: string;
    hoverinfo?: string;
    /** Ours: the line as measured, behind the smoothed one. */
    raw?: boolean;
    [option: string]: unknown;
  }

  interface AxisLayout {
    type: "linear" | "log";
    range: number[];
    gridcolor: string;
    nticks?: number;
    tickformat?: string;
    tickvals?: number[];
    ticktext?: string[];
    [option: string]: unknown;
  }

  interface Note {
    x: number;
    y: number;
    text: string;
    xref?: string;
    yref?: string;
    xanchor?: string;
    yanchor?: string;
    xshift?: number;
    yshift?: number;
    showarrow?: boolean;
    arrowcolor?: string;
    arrowwidth?: number;
    ax?: number;
    ay?: number;
    bgcolor?: string;
    [option: string]: unknown;
  }

  interface Shape {
    x0: number;
    line: Line;
    [option: string]: unknown;
  }

  interface Layout {
    width?: number;
    height?: number;
    margin: { l: number; r: number; t: number; b: number };
    font: Font;
    /** Ours: the colour of what the chart lies on. */
    paper: string;
    xaxis: AxisLayout;
    yaxis: AxisLayout;
    annotations: Note[];
    shapes: Shape[];
    [option: string]: unknown;
  }

  interface Figure {
    /** Ours: what the horizontal axis counts. */
    axis: string;
    data: Trace[];
    layout: Layout;
  }
}

interface Plotly {
  react(element: HTMLElement, data: Plotly.Trace[], layout: Plotly.Layout, config: object): Promise<void>;
  relayout(element: HTMLElement, changes: object): Promise<void>;
  downloadImage(element: HTMLElement, options: object): Promise<string>;
  purge(element: HTMLElement): void;
}

interface Window {
  Plotly: Plotly;
  SwaggerUIBundle(options: object): unknown;
}
