/** The trust file's bytes in base64, served by the application (`api/checking.py`). */
declare module "/trust.js" {
  const bytes: string;
  export default bytes;
}
