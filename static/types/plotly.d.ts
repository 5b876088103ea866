/** The part of Plotly that the page uses: docs/decisions/0031-plotly-late-and-still.md. */

declare namespace Plotly {
  interface Line {
    color: string;
    width: number;
    dash: string;
  }

  interface Trace {
    type: "scatter";
    mode: string;
    name: string;
    x: (number | undefined)[];
    y: (number | null)[];
    line?: Line;
    marker: object;
    opacity?: number;
    /** Ours: the line will not change, and the preview below Plotly can draw it. */
    still?: boolean;
    [option: string]: unknown;
  }

  interface AxisLayout {
    type: "linear" | "log";
    range: number[];
    [option: string]: unknown;
  }

  interface Layout {
    width?: number;
    height?: number;
    margin: { l: number; r: number; t: number; b: number };
    xaxis: AxisLayout;
    yaxis: AxisLayout;
    annotations: object[];
    shapes: object[];
    [option: string]: unknown;
  }

  interface Figure {
    /** Ours: what the horizontal axis counts. */
    axis: string;
    data: Trace[];
    layout: Layout;
  }

  /** An axis that is drawn: undocumented, and the only way to know where a value stands. */
  interface DrawnAxis {
    _offset: number;
    _length: number;
    d2p(value: number): number;
    p2d(pixels: number): number;
  }

  /** The element once there is a chart in it. */
  type Chart = HTMLElement & { _fullLayout?: { xaxis: DrawnAxis; yaxis: DrawnAxis } };
}

interface Plotly {
  react(element: HTMLElement, data: Plotly.Trace[], layout: Plotly.Layout, config: object): Promise<void>;
  downloadImage(element: HTMLElement, options: object): Promise<string>;
}

interface Window {
  Plotly: Plotly;
  SwaggerUIBundle(options: object): unknown;
}
