/** The user's browser, opened with the system's own opener. */
import type { Browser } from '../ports.ts';

/** Whether a window could be seen at all: elsewhere the opener would silently start a text browser, or nothing. */
function hasScreen(): boolean {
  const { DISPLAY = '', WAYLAND_DISPLAY = '', WSL_DISTRO_NAME = '' } = process.env;
  return (
    process.platform !== 'linux' || [DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME].some((name) => name !== '')
  );
}

/** The `Browser` port. Whether the browser then shows the page, nobody can tell. */
export function systemBrowser(): Browser {
  return {
    open: async (url) => {
      if (!hasScreen()) return false;
      const { openAddress } = await import('./opener.ts');
      return openAddress(url).then(
        () => true,
        () => false,
      );
    },
  };
}
