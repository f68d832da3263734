"""Build the CPU kernel, where there is a C++ compiler; everything else is in pyproject.toml.

The kernel is a plain shared library that ctypes loads, compiled once for each instruction set. It
knows nothing of Python, so that one wheel serves every version of Python on a platform.
"""

import platform
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

SOURCE = "skrnn/cells/kernels/kernel.cpp"
FLAGS = ["-O3", "-std=c++17", "-pthread", "-fno-math-errno", "-fno-trapping-math", "-g0"]
X86 = {
    "avx2": ["-mavx2", "-mfma", "-DSKRNN_VECTOR=8"],
    "avx512": [
        *("-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mfma"),
        *("-mprefer-vector-width=512", "-DSKRNN_VECTOR=16"),
    ],
}


def extensions():
    """Describe the kernel for each instruction set of this machine's kind."""
    variants = {"baseline": ["-DSKRNN_VECTOR=4"]}
    if platform.machine().lower() in ("x86_64", "amd64"):
        variants |= X86
    return [
        Extension(
            f"skrnn.cells.kernels._kernel_{name}",
            [SOURCE],
            depends=["setup.py"],  # for the flags
            language="c++",
            extra_compile_args=[*FLAGS, *flags],
            extra_link_args=["-pthread"],
            optional=True,
        )
        for name, flags in variants.items()
    ]


class BuildKernel(build_ext):
    """Compile plain shared libraries, without Python's name for extensions."""

    def get_ext_filename(self, fullname):
        """Name the file as what it is: a library, no module that Python imports."""
        return str(Path(*fullname.split(".")).with_suffix(".bin"))

    def get_export_symbols(self, ext):
        """Export what the source exports; there is no function that Python would call."""
        return ext.export_symbols

    def build_extension(self, ext):
        """Compile into a folder of its own, since all variants have one source."""
        temp = self.build_temp
        self.build_temp = str(Path(temp, ext.name))
        try:
            super().build_extension(ext)
        finally:
            self.build_temp = temp


class PlatformWheel(bdist_wheel):
    """Tag the wheel for the platform, and for every Python."""

    def get_tag(self):
        """Give the tag."""
        _, _, system = super().get_tag()
        return "py3", "none", system


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildKernel, "bdist_wheel": PlatformWheel})
