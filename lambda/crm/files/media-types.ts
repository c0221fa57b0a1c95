const office = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';

/**
 * What is copied, and the extension of each: what a browser or an office program shows without running it. Neither HTML
 * nor SVG, which hold scripts, nor archives and programs: of these the note has the link alone.
 */
const extensions: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ['image/png', ['png']],
  ['image/jpeg', ['jpg', 'jpeg']],
  ['image/gif', ['gif']],
  ['image/webp', ['webp']],
  ['image/heic', ['heic']],
  ['image/avif', ['avif']],
  ['image/bmp', ['bmp']],
  ['image/tiff', ['tiff', 'tif']],
  ['application/pdf', ['pdf']],
  ['text/plain', ['txt', 'log']],
  ['text/csv', ['csv']],
  ['application/rtf', ['rtf']],
  ['application/msword', ['doc']],
  ['application/vnd.ms-excel', ['xls']],
  ['application/vnd.ms-powerpoint', ['ppt']],
  [`${office}.wordprocessingml.document`, ['docx']],
  [`${office}.spreadsheetml.sheet`, ['xlsx']],
  [`${office}.presentationml.presentation`, ['pptx']],
  [`${openDocument}.text`, ['odt']],
  [`${openDocument}.spreadsheet`, ['ods']],
  [`${openDocument}.presentation`, ['odp']],
  ['audio/mpeg', ['mp3']],
  ['audio/mp4', ['m4a']],
  ['audio/ogg', ['ogg', 'oga']],
  ['audio/wav', ['wav']],
  ['video/mp4', ['mp4']],
  ['video/quicktime', ['mov']],
  ['video/webm', ['webm']],
]);

/** Undefined for a type that is not copied. */
export const extensionsOf = (mediaType: string) => extensions.get(mediaType);
