/** The parts of ECharts that the page uses, drawn as SVG so that pictures stay sharp and can be read. */
import { LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, LegendPlainComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, SankeyChart, GridComponent, LegendPlainComponent, TooltipComponent, SVGRenderer]);

export { init };
