#!/usr/bin/env bash
# Build the environments in which benchmarks/forecasting_peers.py runs other libraries:
#
#     bash benchmarks/peer_environments.sh FOLDER
#     python benchmarks/forecasting_peers.py --data DATA \
#         --python darts=FOLDER/darts/bin/python neuralforecast=FOLDER/neuralforecast/bin/python
#
# They are apart from each other and from that of skrnn, so that none decides on the versions of
# another. Delete a folder to build it again.
set -euo pipefail

folder=${1:?"say which folder the environments go into"}
python=${PYTHON:-python3}

for library in darts neuralforecast; do
    place="$folder/$library"
    if [ -e "$place/done" ]; then
        echo "$place is there"
        continue
    fi
    "$python" -m venv "$place"
    if [ "$library" = darts ]; then
        packages="darts[torch]==0.48.1"
    else
        packages="neuralforecast==3.3.0"
    fi
    "$place/bin/python" -m pip install --quiet torch==2.13.0 "$packages"
    touch "$place/done"
    echo "$place was built"
done
