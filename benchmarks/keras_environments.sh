#!/usr/bin/env bash
# Build the environments in which benchmarks/speed.py runs Keras 3, one for each engine:
#
#     bash benchmarks/keras_environments.sh FOLDER
#     python benchmarks/speed.py --parts keras --keras FOLDER
#
# They are apart from each other and from that of skrnn, so that none decides on the versions of
# another. Delete a folder to build it again.
set -euo pipefail

folder=${1:?"say which folder the environments go into"}
python=${PYTHON:-python3}

for engine in tensorflow torch; do
    place="$folder/$engine"
    if [ -e "$place/done" ]; then
        echo "$place is there"
        continue
    fi
    "$python" -m venv "$place"
    if [ "$engine" = tensorflow ]; then
        packages="tensorflow-cpu==2.21.0"
    else
        packages="torch==2.13.0"
    fi
    "$place/bin/python" -m pip install --quiet "$packages" keras==3.15.1 numpy
    touch "$place/done"
    echo "$place was built"
done
