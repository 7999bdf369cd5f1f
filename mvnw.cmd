@echo off
rem Runs Maven with a JDK that is new enough, wherever that JDK is; see mvnw, which does the same elsewhere.
rem JIFEN_MVNW_PINNED=1 takes the pinned Maven although another one is installed.

setlocal EnableExtensions DisableDelayedExpansion
set "PROJECT=%~dp0"
set "PROJECT=%PROJECT:~0,-1%"
set "JAVA_MIN=25"

rem The JDK: JAVA_HOME if it is new enough, else the first such one in the usual places.
set "FOUND_JDK="
if defined JAVA_HOME call :try_jdk "%JAVA_HOME%"
if not defined FOUND_JDK for %%R in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%USERPROFILE%\.jdks" "%USERPROFILE%\.sdkman\candidates\java") do (
    if not defined FOUND_JDK if exist "%%~R" for /d %%D in ("%%~R\*") do if not defined FOUND_JDK call :try_jdk "%%~D"
)
if not defined FOUND_JDK (
    echo mvnw: no JDK %JAVA_MIN% or newer found; install one, such as "winget install EclipseAdoptium.Temurin.25.JDK", or set JAVA_HOME 1>&2
    exit /b 1
)
set "JAVA_HOME=%FOUND_JDK%"

rem Maven: the installed one if it is 3.8.6 or newer, else the pinned one.
set "MAVEN="
if not defined JIFEN_MVNW_PINNED for /f "delims=" %%M in ('where mvn.cmd 2^>nul') do if not defined MAVEN call :try_maven "%%M"
if not defined MAVEN call :pinned_maven
if not defined MAVEN exit /b 1

set "MAVEN_BASEDIR=%PROJECT%"
call "%MAVEN%" %*
exit /b %ERRORLEVEL%

:try_jdk
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do for /f "tokens=1 delims=.-+" %%F in ("%%~V") do if %%F GEQ %JAVA_MIN% set "FOUND_JDK=%~1"
exit /b 0

:try_maven
for /f "tokens=3" %%V in ('call "%~1" --version 2^>nul ^| findstr /c:"Apache Maven"') do for /f "tokens=1-3 delims=.-" %%A in ("%%V") do (
    if %%A GTR 3 set "MAVEN=%~1"
    if %%A EQU 3 if %%B GTR 8 set "MAVEN=%~1"
    if %%A EQU 3 if %%B EQU 8 if %%C GEQ 6 set "MAVEN=%~1"
)
exit /b 0

:pinned_maven
for /f "usebackq tokens=1,* delims==" %%K in ("%PROJECT%\.mvn\wrapper\maven-wrapper.properties") do (
    if "%%K"=="distributionUrl" set "URL=%%L"
    if "%%K"=="distributionSha512Sum" set "EXPECTED=%%L"
)
for %%N in ("%URL:/=\%") do set "NAME=%%~nxN"
set "NAME=%NAME:-bin.tar.gz=%"
set "DISTS=%USERPROFILE%\.m2\wrapper\dists"
set "HOME_OF_PINNED=%DISTS%\%NAME%-jifen"
if exist "%HOME_OF_PINNED%\bin\mvn.cmd" (
    set "MAVEN=%HOME_OF_PINNED%\bin\mvn.cmd"
    exit /b 0
)
echo mvnw: no Maven 3.8.6 or newer is installed; downloading %URL% 1>&2
set "WORK=%TEMP%\mvnw-%RANDOM%%RANDOM%"
mkdir "%WORK%" "%DISTS%" 2>nul
curl.exe -fsSL -o "%WORK%\maven.tar.gz" "%URL%" || (
    echo mvnw: cannot download %URL%; install Maven 3.8.6 or newer 1>&2
    exit /b 1
)
set "ACTUAL="
for /f "skip=1 delims=" %%H in ('certutil -hashfile "%WORK%\maven.tar.gz" SHA512') do if not defined ACTUAL set "ACTUAL=%%H"
set "ACTUAL=%ACTUAL: =%"
if /i not "%ACTUAL%"=="%EXPECTED%" (
    echo mvnw: %URL% has SHA-512 %ACTUAL%, but %EXPECTED% was expected; nothing was installed 1>&2
    exit /b 1
)
tar.exe -xzf "%WORK%\maven.tar.gz" -C "%WORK%" && move "%WORK%\%NAME%" "%HOME_OF_PINNED%" >nul
rmdir /s /q "%WORK%"
if exist "%HOME_OF_PINNED%\bin\mvn.cmd" set "MAVEN=%HOME_OF_PINNED%\bin\mvn.cmd"
exit /b 0
