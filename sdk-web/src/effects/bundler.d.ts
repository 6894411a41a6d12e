/** A worklet's bundle, as Vite makes it. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
