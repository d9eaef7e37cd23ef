"""Vietnamese is the source language; English comes from ``resources/i18n/congthu_en.qm``.

Qt's own words, in the menus of text fields and in its file dialog, are English;
it ships none in Vietnamese, so ``resources/i18n/qt_vi.qm`` has them.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator


class Translations(QObject):
    """Installs and takes away translators; one language at a time."""

    def __init__(self, app: QCoreApplication, resources: Path) -> None:
        super().__init__(app)
        self._app = app
        self._folder = resources / "i18n"
        self._installed: QTranslator | None = None

    def use(self, language: str) -> bool:
        """Speak ``vi`` or ``en`` from now on; False when the translation cannot be loaded."""
        if self._installed is not None:
            self._app.removeTranslator(self._installed)
            self._installed = None
        names = {"en": QLocale.Language.English}
        QLocale.setDefault(QLocale(names.get(language, QLocale.Language.Vietnamese)))
        translator = QTranslator(self)
        file = "qt_vi.qm" if language == "vi" else f"congthu_{language}.qm"
        if not translator.load(str(self._folder / file)):
            return language == "vi"
        self._app.installTranslator(translator)
        self._installed = translator
        return True
