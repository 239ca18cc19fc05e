/** Of a receipt: black on white, A4, readable as a copy of a copy. Fonts that are there: nothing is loaded. */
export const receiptStyle = `
@page { size: A4; margin: 13mm 14mm 15mm;
  @bottom-left { content: "Scopeline: not a certified medical device"; font: 7.5pt sans-serif; color: #333 }
  @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt sans-serif; color: #333 } }
* { box-sizing: border-box }
html { color-scheme: light }
body { margin: 0 auto; max-width: 182mm; padding: 8mm 0; font: 9.5pt/1.4 "DejaVu Sans", Arial, "Noto Sans", sans-serif; color: #000; background: #fff }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 6mm; border-bottom: 1.5pt solid #000; padding-bottom: 1.5mm }
h1 { font-size: 15pt; line-height: 1.2; margin: 0 }
h2 { font-size: 10.5pt; margin: 5mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 1.2mm }
.made { text-align: right; font-size: 8pt; white-space: nowrap }
.verdict { margin: 4mm 0; padding: 3mm 4mm; border: 1.5pt solid #000; break-inside: avoid }
.verdict b { display: block; font-size: 17pt; line-height: 1.2; margin-bottom: 1mm }
.verdict.safe { border-width: 3pt }
.patient { display: grid; grid-template-columns: 1fr 1fr; gap: 0 6mm; align-items: start; break-inside: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .4mm 3mm; margin: 0 }
dt { color: #333 }
dd { margin: 0; overflow-wrap: anywhere }
dd strong { font-size: 11pt }
table { width: 100%; border-collapse: collapse; font-size: 8.5pt; line-height: 1.35 }
th { text-align: left; font-weight: 600; border-bottom: 1pt solid #000; padding: .6mm 2mm .6mm 0; vertical-align: bottom }
th { white-space: nowrap }
th.whose { white-space: normal; font-weight: 400; border: 0; padding-bottom: 1mm }
td { border-bottom: .4pt solid #999; padding: .8mm 2mm .8mm 0; vertical-align: top; overflow-wrap: anywhere }
tbody { break-inside: auto } tr, tbody.together { break-inside: avoid }
tbody.together tr:not(:last-child) td { border-bottom: 0; padding-bottom: 0 }
td.time, td.number { white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums }
td.number, th.number { text-align: right }
code { font: 8pt/1.35 "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere }
td code { font-size: 7.2pt }
.quiet { color: #333 }
.chain { margin-top: 5mm; padding: 2.5mm 4mm; border: .8pt solid #000; font-size: 8.5pt; break-inside: avoid }
.chain code { font-size: 9pt; letter-spacing: .02em }
@media print { body { padding: 0; max-width: none } }
`;
