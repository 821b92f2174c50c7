"""python -m synthaix.server"""

from synthaix.server.cli import main

if __name__ == "__main__":
    main()
