declare module "*.module.css" {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
declare module "*.css";

interface Window {
  /** For automated tests: the frame on the canvas now. */
  __scopeline?: { painted: { source: string; epoch: number; seq: number } | null };
}
